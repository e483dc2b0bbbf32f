import { Module } from '@nestjs/common';
import { CodeSlots } from './code-slots.js';
import { OneTimeCodes } from './one-time-codes.js';

/** One-time codes, made in the worker and used in the API. */
@Module({ providers: [CodeSlots, OneTimeCodes], exports: [CodeSlots, OneTimeCodes] })
export class CodesModule {}
