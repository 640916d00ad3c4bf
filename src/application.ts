import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type ServiceParts } from './app.module.js';
import { httpAdapter } from './api/http/server.js';
import { serveDocument } from './api/openapi/document.js';

/** The service over HTTP, ready to listen. Whoever made its parts closes them after it. */
export async function createApplication(parts: ServiceParts): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(parts),
    httpAdapter(parts.log),
    {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    },
  );
  serveDocument(app);
  await app.init();
  return app;
}
