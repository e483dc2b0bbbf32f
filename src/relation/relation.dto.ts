import { ApiProperty } from '@nestjs/swagger';
import { PageInfo, type Page } from '../common/page.js';

export class FollowedUser {
  @ApiProperty({ format: 'uuid', example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10' })
  userId: string;

  @ApiProperty({ example: 'ada' })
  username: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  displayName: string;
}

export class FollowedPage implements Page<FollowedUser> {
  @ApiProperty({ type: [FollowedUser] })
  data: FollowedUser[];

  @ApiProperty({ type: PageInfo })
  page: PageInfo;
}
