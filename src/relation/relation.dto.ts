import { ApiProperty } from '@nestjs/swagger';
import { PageInfo, type Page } from '../common/page.js';

/** A user in a list of one's own. */
export class NamedUser {
  @ApiProperty({ format: 'uuid', example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10' })
  userId: string;

  @ApiProperty({ example: 'ada' })
  username: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  displayName: string;
}

export class NamedUserPage implements Page<NamedUser> {
  @ApiProperty({ type: [NamedUser] })
  data: NamedUser[];

  @ApiProperty({ type: PageInfo })
  page: PageInfo;
}
