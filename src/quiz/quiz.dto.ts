import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
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
import { QueryFlag } from '../common/query-flag.decorator.js';
import { QueryInteger } from '../common/query-integer.decorator.js';
import { QuestionList, type QuestionDto } from '../question/dto/question.dto.js';
import { QuestionKey } from '../question/dto/question-key.dto.js';
import { QuestionView } from '../question/dto/question-view.dto.js';
import { IMPORT_FORMATS, type ImportFormat } from '../question/interchange/formats.js';
import { tidied } from '../question/text.js';
import { QUESTIONS_SEEN, QUESTIONS_WITH_KEY } from './quiz.examples.js';

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
  @ApiProperty({ example: 'Redis in two questions' })
  title: string;
  @ApiProperty({ example: 'From strings to Sorted Sets.' })
  description: string;
  @ApiProperty({ example: ['redis', 'basics'] })
  tags: string[];
  @ApiProperty({ enum: STATUSES, example: 'published' })
  status: QuizStatus;
  /** What learners see at one version never changes once the quiz is published. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  version: number;
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  questionCount: number;
  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  maxScore: number;
  @ApiProperty({ type: 'integer', nullable: true, example: 600 })
  timeLimitSec: number | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 3 })
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
  @ApiProperty({ type: [QuestionView], example: QUESTIONS_SEEN })
  questions: QuestionView[];
}

/** Questions as written, with their ids. */
export class QuizWithKey extends Quiz {
  @ApiProperty({ example: false })
  shuffle: boolean;
  @ApiProperty({ type: [QuestionKey], example: QUESTIONS_WITH_KEY })
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
  @QueryFlag()
  mine?: boolean;

  /** With `mine`: only of this status. */
  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: QuizStatus;
}

export class ImportQuery {
  /** The format of the file; told from the file itself when absent. */
  @ApiPropertyOptional({ enum: IMPORT_FORMATS, description: '`xml` is Moodle XML' })
  @IsOptional()
  @IsIn(IMPORT_FORMATS)
  format?: ImportFormat;

  /** Only look: nothing is stored. */
  @QueryFlag()
  dryRun: boolean = false;

  /** Publish the quizzes at once. */
  @QueryFlag()
  publish: boolean = false;

  /** Questions a quiz, 1–100. */
  @QueryInteger({ minimum: 1, maximum: 100, default: 10 })
  quizSize: number = 10;
}

export class ImportedQuiz {
  /** Absent in a dry run. */
  @ApiPropertyOptional({ format: 'uuid', example: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4' })
  id?: string;
  @ApiProperty({ example: 'Redis basics 1' })
  title: string;
  @ApiProperty({ type: 'integer', minimum: 1, example: 10 })
  questionCount: number;
}

export class RejectedQuestion {
  /** Line of the file, from 1. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 47 })
  line: number;
  /** Its title, or how it begins. */
  @ApiProperty({ example: 'Q7' })
  name: string;
  @ApiProperty({ example: 'an option must have credit 1' })
  reason: string;
}

export class ImportResult {
  quizzes: ImportedQuiz[];
  @ApiProperty({ type: 'integer', minimum: 0, example: 10 })
  accepted: number;
  rejected: RejectedQuestion[];
}
