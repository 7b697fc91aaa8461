import { join } from 'node:path';
import ts from 'typescript-6';

/** The strictest options that a consumer may use. */
const options: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
};

const forBundlers: ts.CompilerOptions = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };

/** An error of the compiler in a program. */
interface CompileError {
  readonly code: number;
  readonly text: string;
  /** The text at the error's position. */
  readonly at: string;
}

export interface Checked {
  readonly errors: readonly CompileError[];
  readonly instantiations: number;
  readonly types: number;
}

/** Files that only the compiler sees, by path. They take precedence over files on the disk. */
export type Files = Readonly<Record<string, string>>;

const parsed = new Map<string, ts.SourceFile | undefined>();

function hostOf(files: Files): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  return {
    ...host,
    fileExists: (path) => path in files || host.fileExists(path),
    readFile: (path) => files[path] ?? host.readFile(path),
    getSourceFile(path, language) {
      if (files[path] !== undefined) return ts.createSourceFile(path, files[path], language, true);
      if (!parsed.has(path)) parsed.set(path, host.getSourceFile(path, language));
      return parsed.get(path);
    },
  };
}

/**
 * Checks a program in `folder`: its own text, and the imports it uses. With `whole`, it also checks every declaration that the program
 * reaches, including the standard library. With `bundled`, it resolves modules as bundlers do.
 */
export function check(
  folder: string,
  program: string,
  {
    files = {},
    whole = false,
    bundled = false,
    exactOptionalPropertyTypes = true,
  }: { files?: Files; whole?: boolean; bundled?: boolean; exactOptionalPropertyTypes?: boolean } = {},
): Checked {
  const path = join(folder, 'consumer.mts');
  const compiled = ts.createProgram(
    [path],
    { ...options, exactOptionalPropertyTypes, ...(bundled && forBundlers) },
    hostOf({ ...files, [path]: program }),
  );
  const diagnostics = whole
    ? ts.getPreEmitDiagnostics(compiled)
    : [...compiled.getSyntacticDiagnostics(compiled.getSourceFile(path)), ...compiled.getSemanticDiagnostics(compiled.getSourceFile(path))];
  return {
    errors: diagnostics.map(({ code, messageText, file, start = 0, length = 0 }) => ({
      code,
      text: ts.flattenDiagnosticMessageText(messageText, '\n'),
      at: file?.text.slice(start, start + length) ?? '',
    })),
    instantiations: compiled.getInstantiationCount(),
    types: compiled.getTypeCount(),
  };
}

/** An editor's tooltip on a name: the declaration and the description. */
export interface Hover {
  readonly text: string;
  readonly description: string;
}

/** An editor with an open program in `folder`. */
export class Editor {
  readonly #service: ts.LanguageService;
  readonly #path: string;

  constructor(
    folder: string,
    readonly program: string,
  ) {
    this.#path = join(folder, 'consumer.mts');
    const { writeFile: _, ...host } = hostOf({ [this.#path]: program });
    this.#service = ts.createLanguageService({
      ...host,
      getCompilationSettings: () => ({ ...options, noErrorTruncation: true }),
      getScriptFileNames: () => [this.#path],
      getScriptVersion: () => '1',
      getScriptSnapshot: (path) => {
        const text = host.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
    });
  }

  /** The tooltip on the first occurrence of a text. */
  hover(text: string): Hover {
    const info = this.#service.getQuickInfoAtPosition(this.#path, this.program.indexOf(text));
    return { text: ts.displayPartsToString(info?.displayParts), description: ts.displayPartsToString(info?.documentation) };
  }

  /** The completions at the end of the program: name → description. */
  completions(): Record<string, string> {
    const position = this.program.length;
    const offered = this.#service.getCompletionsAtPosition(this.#path, position, {})?.entries ?? [];
    const described = (name: string) =>
      this.#service.getCompletionEntryDetails(this.#path, position, name, undefined, undefined, undefined, undefined)?.documentation;
    return Object.fromEntries(offered.map(({ name }) => [name, ts.displayPartsToString(described(name))]));
  }
}
