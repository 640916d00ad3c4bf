import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_CODES, type Problem } from '../problems/problem.js';
import { count, listOf, objectOf, oneOf, text } from './schema.js';

const problem = objectOf<Problem>({
  type: { type: 'string', format: 'uri' },
  title: text,
  status: count,
  detail: text,
  instance: { type: 'string', description: "the request's correlation id" },
  code: oneOf(...PROBLEM_CODES),
  faults: listOf(objectOf<Problem['faults'][number]>({ field: text, message: text })),
});

const DESCRIPTION = `The source-of-goods ledger for digital supply chains.

Every command may carry an \`Idempotency-Key\` and answers with the \`position\` that it reached; every question takes it as
\`minPosition\` and then sees what was acknowledged. Errors are problems of RFC 9457 with a stable \`code\`. Identifiers in
paths are percent-encoded. Amounts are decimal texts with their currency, times RFC 3339.`;

/** The whole interface as an OpenAPI 3.1 document. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const configuration = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Sourcebook')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .build();
  const document = SwaggerModule.createDocument(app, configuration, {
    operationIdFactory: (_controller, method) => method,
  });
  return {
    ...document,
    components: { ...document.components, schemas: { ...document.components?.schemas, Problem: problem } },
  };
}

/** Serves the document at /docs-json; its page is `DocsController`'s. */
export function serveDocument(app: INestApplication): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (document ??= openApiDocument(app)), {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: 'docs-json',
  });
}
