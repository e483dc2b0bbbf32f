import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { completed } from './common/api-document.js';

const DESCRIPTION = [
  'The backend of a learning platform. Sign up, press **Authorize** with the access token, solve a quiz, climb the board.',
  '',
  'Errors are `application/problem+json` with a stable `code`. Live events come by',
  'Socket.IO: [what they are](/docs/events), and the same as AsyncAPI at `/docs/asyncapi.json`.',
].join('\n');

/** Swagger UI at /docs, the document at /docs/openapi.json. */
export function serveOpenApi(app: INestApplication): void {
  const options = new DocumentBuilder()
    .setTitle('RediStack')
    .setVersion('1')
    .setDescription(DESCRIPTION)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'accessToken')
    .build();
  SwaggerModule.setup('docs', app, () => completed(SwaggerModule.createDocument(app, options)), {
    jsonDocumentUrl: 'docs/openapi.json',
    customSiteTitle: 'RediStack API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tagsSorter: 'alpha' },
  });
}
