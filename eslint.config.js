// What review should not have to say: no `any`, no casts that silence the compiler, no `export *`, no process state inside the library.
import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tsdoc from 'eslint-plugin-tsdoc'
import tseslint from 'typescript-eslint'

/** ESLint does not merge the options of a rule, so each group of files names the ones that hold for it. */
const EXPORT_ALL = { selector: 'ExportAllDeclaration', message: 'Name each export: `export *` hides what a module offers.' }
const CASTS = [
  { selector: 'TSAsExpression > TSAsExpression', message: 'A double cast tells the compiler nothing: narrow the value instead.' },
  { selector: 'TSAsExpression > TSNeverKeyword', message: '`as never` switches the compiler off: narrow the value instead.' },
]

const PROCESS = 'Only src/cli/main.ts knows the process: take what you need as an option.'

export default defineConfig(
  globalIgnores(['pkcs11', 'dist', 'coverage', '**/target', '**/.venv', '**/node_modules']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-undef': 'off', // the compiler's job, also in JavaScript (checkJs)
      'no-restricted-syntax': ['error', EXPORT_ALL, ...CASTS],
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'allow-as-parameter' },
      ],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/prefer-for-of': 'off', // hot paths count
      '@typescript-eslint/require-await': 'off', // async without await: how a function rejects instead of throwing
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { tsdoc },
    rules: {
      'tsdoc/syntax': 'error',
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'process', message: PROCESS }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:process', message: PROCESS },
            { name: 'process', message: PROCESS },
          ],
        },
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Random bytes come from node:crypto.' }],
    },
  },
  {
    files: ['src/cli/main.ts'],
    rules: { 'no-console': 'off', 'no-restricted-globals': 'off', 'no-restricted-imports': 'off' },
  },
  {
    // A JSDoc type on what JSON.parse returns is all that JavaScript can say.
    files: ['**/*.js', '**/*.mjs'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    // Tests hand over what the types forbid: a wrong value may be cast there.
    files: ['test/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', EXPORT_ALL] },
  },
)
