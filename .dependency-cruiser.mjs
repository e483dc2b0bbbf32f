/**
 * The direction of dependencies, as docs and reviews mean it:
 * config ← redis, database ← common, cache, rate-limit, queue, jobs, events ← features ← app and worker modules.
 */
const infrastructure = 'common|cache|rate-limit|queue|jobs|events|metrics';
const ground = 'config|redis|database';
/** A feature is any other folder in src. */
const feature = `^src/(?!(?:${ground}|${infrastructure})/)([^/]+)/`;
/** What a feature may show to others: its services, module and shapes, and how routes and jobs are guarded. */
const exported = '\\.(service|module|decorators?|guard|dto|types|errors|events|jobs|kinds?)\\.ts$';
/** Services too, which read better under a name of their own; their modules export them. */
const services =
  '^src/(quiz/(quiz-versions|submission-intake)|leaderboard/board-health|mail/mail-text)\\.ts$';
/** The language of questions: pure functions and types, which quiz and scoring both speak. */
const shared = '^src/question/';

const forbidden = [
  {
    name: 'no-cycles',
    comment: 'Two types may name each other; when the program runs, nothing does.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  { name: 'config-stands-alone', from: { path: '^src/config/' }, to: { path: '^src/(?!config/)' } },
  {
    name: 'stores-know-only-config',
    from: { path: '^src/(redis|database)/' },
    to: { path: '^src/', pathNot: ['^src/config/', '^src/$1/'] },
  },
  {
    name: 'infrastructure-knows-no-feature',
    comment: 'What every feature uses must not know any of them.',
    from: { path: `^src/(${infrastructure})/` },
    to: { path: '^src/', pathNot: `^src/(${ground}|${infrastructure})/` },
  },
  {
    name: 'features-meet-through-services',
    comment: "Import the other feature's service or module; its other files are its own affair.",
    from: { path: feature, pathNot: '\\.spec\\.ts$' },
    to: { path: feature, pathNot: ['^src/$1/', exported, services, shared] },
  },
  {
    name: 'private-files',
    comment: 'Repositories and Redis scripts belong to their folder.',
    from: { path: '^src/([^/]+)/', pathNot: '\\.spec\\.ts$' },
    to: { path: '\\.(repository|scripts)\\.ts$', pathNot: '^src/$1/' },
  },
  {
    name: 'quiz-awaits-no-reaction',
    comment: 'What follows from a score goes by job or event.',
    from: { path: '^src/quiz/' },
    to: { path: '^src/(leaderboard|notification|analytics)/' },
  },
  {
    name: 'source-needs-no-tools',
    from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
    to: { path: '^(test|tools|bench)/' },
  },
  {
    name: 'nothing-rests-on-a-spec',
    from: { pathNot: '\\.spec\\.ts$' },
    to: { path: '\\.spec\\.ts$' },
  },
  {
    name: 'no-development-packages-in-production',
    from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
  { name: 'everything-is-found', from: {}, to: { couldNotResolve: true } },
];

export default {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/database/generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
