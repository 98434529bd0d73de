/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // node-pg-migrate and what it imports are published as ES modules only; jest loads CommonJS.
  transformIgnorePatterns: [
    '/node_modules/(?!(node-pg-migrate|glob|minimatch|brace-expansion|balanced-match|path-scurry|minipass|lru-cache|@isaacs)/)',
  ],
  // One PostgreSQL and one Temporal for a whole run, each started by the first test file that asks for it.
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 300_000,
  // The servers under test need the other core.
  maxWorkers: 1,
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};
