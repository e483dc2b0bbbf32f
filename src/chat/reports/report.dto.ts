import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString } from 'class-validator';
import { CodePoints } from '../../common/code-points.validator.js';
import { PageInfo, PageQuery, type Page } from '../../common/page.js';
import { LIMITS } from '../chat.limits.js';

const USER = { format: 'uuid', example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10' };

export class ReportMessage {
  @ApiProperty({ minLength: 1, maxLength: LIMITS.reasonLength, example: 'Insults another member' })
  @IsString()
  @CodePoints(1, LIMITS.reasonLength)
  reason: string;
}

export class Report {
  @ApiProperty({ format: 'uuid', example: '0199d3f4-1b2c-7d3e-8f40-5162738495a6' })
  id: string;

  @ApiProperty({ format: 'uuid', example: '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d' })
  messageId: string;

  @ApiProperty({ format: 'uuid', example: '0199d3f1-5b20-7c11-8a90-1d2e3f405162' })
  conversationId: string;

  @ApiProperty(USER)
  senderId: string;

  @ApiProperty(USER)
  reporterId: string;

  @ApiProperty({ example: 'Insults another member' })
  reason: string;

  @ApiProperty({ description: 'What the message said when it was reported' })
  text: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-25T09:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  settledAt: string | null;

  @ApiProperty({ ...USER, type: String, nullable: true, example: null })
  settledBy: string | null;
}

export class ReportPage implements Page<Report> {
  @ApiProperty({ type: [Report] })
  data: Report[];

  @ApiProperty()
  page: PageInfo;
}

export class ReportQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['open', 'settled'], default: 'open' })
  @IsOptional()
  @IsIn(['open', 'settled'])
  status: 'open' | 'settled' = 'open';
}

export class SettleReport {
  @ApiPropertyOptional({ default: false, description: 'Delete the message, as if its sender had' })
  @IsOptional()
  @IsBoolean()
  deleteMessage: boolean = false;
}
