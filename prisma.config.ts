import { defineConfig } from 'prisma/config';

/** For Prisma's own command line; the tools of this project read the same two paths. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
