// One project per ring, fast first; `npm test` runs them in this order (docs/testing.md).
const transform = { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023', experimental: { keepImportAttributes: true } }, module: { type: 'es6' } }] };
const ring = (displayName, testMatch) => ({
  displayName,
  rootDir: import.meta.dirname,
  testMatch: testMatch.map((glob) => `<rootDir>/test/${glob}`),
  extensionsToTreatAsEsm: ['.ts'],
  transform,
});

export default {
  projects: [
    ring('unit', ['*.test.ts', 'generator/**/*.test.ts', 'runtime/**/*.test.ts', 'environment/**/*.test.ts', 'api-models/**/*.test.ts']),
    ring('golden', ['golden/**/*.test.ts']),
    ring('integration', ['integration/**/*.test.ts']),
    ring('conformance', ['conformance/**/*.test.ts']),
    ring('packaging', ['packaging/**/*.test.ts']),
  ],
};
