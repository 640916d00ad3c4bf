import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import swaggerUiDirectory from 'swagger-ui-dist/absolute-path.js';
import { RequirePermission } from '../access/permission.js';
import { HttpAnswer } from '../http/answer.js';
import { ApiProblem } from '../problems/problem.js';

/** All that the page needs, from this service alone; no other file of the package is served. */
const ASSET_TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const START = 'start.js';
const START_SCRIPT = `SwaggerUIBundle({ url: 'docs-json', dom_id: '#swagger-ui', deepLinking: true });`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Sourcebook: the interface</title>
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/${START}"></script>
  </body>
</html>
`;

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'",
};

/** The OpenAPI document for people. */
@ApiExcludeController()
@Controller('docs')
export class DocsController {
  @Get()
  @RequirePermission('docs:read')
  page(): HttpAnswer {
    return new HttpAnswer(PAGE, { headers: PAGE_HEADERS });
  }

  @Get(':asset')
  @RequirePermission('docs:read')
  asset(@Param('asset') asset: string): HttpAnswer {
    if (asset === START) {
      return new HttpAnswer(START_SCRIPT, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
    }
    const type = Object.hasOwn(ASSET_TYPES, asset) ? ASSET_TYPES[asset] : undefined;
    if (type === undefined) throw new ApiProblem('not_found', 'no such file; the page is at /docs');
    const content = createReadStream(join(swaggerUiDirectory(), asset));
    return new HttpAnswer(content, { headers: { 'content-type': type } });
  }
}
