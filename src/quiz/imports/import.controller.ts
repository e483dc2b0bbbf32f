import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../../auth/caller.decorator.js';
import { NeedsSession } from '../../auth/access.decorators.js';
import { Api } from '../../common/api.js';
import { IdParam } from '../../common/id-param.decorator.js';
import { ImportView } from './import.dto.js';
import { LargeImports } from './large-imports.service.js';

@ApiTags('Quizzes')
@NeedsSession()
@Controller('imports')
export class ImportController {
  constructor(private readonly imports: LargeImports) {}

  @Get(':id')
  @Api({
    id: 'readImport',
    summary: 'How far a large import is, and what came of it (its owner and admins)',
    description: 'Kept for 7 days after it is finished.',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  async read(@Caller() caller: Caller, @IdParam('id') id: string): Promise<ImportView> {
    return await this.imports.read(caller, id);
  }
}
