import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { PageInfo, PageQuery } from '../common/page.js';
import { QuestionList, type QuestionDto } from '../question/dto/question.dto.js';
import { QuestionKey } from '../question/dto/question-key.dto.js';
import { QuestionView } from '../question/dto/question-view.dto.js';
import { IMPORT_FORMATS, type ImportFormat } from '../question/interchange/formats.js';
import { tidied } from '../question/text.js';

const STATUSES = ['draft', 'published', 'archived'] as const;
export type QuizStatus = (typeof STATUSES)[number];

const tidy = (value: unknown): unknown => (typeof value === 'string' ? tidied(value) : value);

/** What is kept and what is looked for are written the same way. */
const Tidied = () =>
  Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(tidy) : tidy(value)));

/** A quiz as an author writes it. */
export class WriteQuizDto {
  @ApiProperty({ example: 'Redis in ten questions' })
  @Tidied()
  @IsString()
  @Length(1, 200)
  title: string;

  @ApiPropertyOptional({ example: 'From strings to streams.' })
  @IsOptional()
  @IsString()
  @MaxLength(5_000)
  description?: string;

  @ApiPropertyOptional({ example: ['redis', 'basics'] })
  @IsOptional()
  @Tidied()
  @IsString({ each: true })
  @Length(1, 40, { each: true })
  @ArrayUnique()
  @ArrayMaxSize(20)
  tags?: string[];

  /** How often a learner may submit; unlimited when absent. */
  @ApiPropertyOptional({ example: 3 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  attemptsAllowed?: number;

  /** How long an attempt may take; unlimited when absent. */
  @ApiPropertyOptional({ example: 600 })
  @IsOptional()
  @IsInt()
  @Min(10)
  @Max(86_400)
  timeLimitSec?: number;

  /** Whether each attempt has its own order of questions and options. */
  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean()
  shuffle?: boolean;

  @QuestionList()
  questions: QuestionDto[];
}

export class Quiz {
  @ApiProperty({ format: 'uuid' })
  id: string;
  title: string;
  description: string;
  tags: string[];
  @ApiProperty({ enum: STATUSES })
  status: QuizStatus;
  /** What learners see at one version never changes once the quiz is published. */
  version: number;
  questionCount: number;
  maxScore: number;
  @ApiProperty({ type: Number, nullable: true })
  timeLimitSec: number | null;
  @ApiProperty({ type: Number, nullable: true })
  attemptsAllowed: number | null;
  @ApiProperty({ format: 'uuid' })
  authorId: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

export class QuizWithQuestions extends Quiz {
  /** Empty for learners where there is a time limit: an attempt shows them. */
  questions: QuestionView[];
}

/** Questions as written, with their ids. */
export class QuizWithKey extends Quiz {
  shuffle: boolean;
  questions: QuestionKey[];
}

export class QuizPage {
  data: Quiz[];
  page: PageInfo;
}

export class ListQuizzesQuery extends PageQuery {
  /** Part of the title. */
  @IsOptional()
  @Tidied()
  @IsString()
  @MaxLength(100)
  q?: string;

  @IsOptional()
  @Tidied()
  @IsString()
  @MaxLength(40)
  tag?: string;

  /** Authors: my own quizzes, of any status. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  mine?: boolean;

  /** With `mine`: only of this status. */
  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: QuizStatus;
}

const flag = ({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value);

export class ImportQuery {
  /** The format of the file; told from the file itself when absent. */
  @ApiPropertyOptional({ enum: IMPORT_FORMATS, description: '`xml` is Moodle XML' })
  @IsOptional()
  @IsIn(IMPORT_FORMATS)
  format?: ImportFormat;

  /** Only look: nothing is stored. */
  @IsOptional()
  @Transform(flag)
  @IsBoolean()
  dryRun: boolean = false;

  /** Publish the quizzes at once. */
  @IsOptional()
  @Transform(flag)
  @IsBoolean()
  publish: boolean = false;

  /** Questions a quiz, 1–100. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  quizSize: number = 10;
}

export class ImportedQuiz {
  /** Absent in a dry run. */
  @ApiPropertyOptional({ format: 'uuid' })
  id?: string;
  title: string;
  questionCount: number;
}

export class RejectedQuestion {
  /** Line of the file, from 1. */
  line: number;
  /** Its title, or how it begins. */
  name: string;
  reason: string;
}

export class ImportResult {
  quizzes: ImportedQuiz[];
  accepted: number;
  rejected: RejectedQuestion[];
}
