// Decision 058: the test files of one process share the packages, and each evaluates our own modules anew, all with the globals of Node.
// It replaces parts of jest-runtime that are no API, so jest has an exact version.
/* oxlint-disable no-underscore-dangle -- jest's names */
const { statSync } = require('node:fs');
const { createRequire, isBuiltin } = require('node:module');
const { dirname, sep } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');
const { default: JestRuntime } = require('jest-runtime');

const isShared = (id) => isBuiltin(id) || id.includes(`${sep}node_modules${sep}`);

/** Packages and modules of Node, as Node itself loads them. */
const shared = new Map();

function sharedModule(id) {
  if (!shared.has(id)) shared.set(id, loadShared(id));
  return shared.get(id);
}

async function loadShared(id) {
  const namespace = await import(isBuiltin(id) ? id : pathToFileURL(id).href);
  const names = Object.keys(namespace);
  const module = new vm.SyntheticModule(names, () => names.forEach((name) => module.setExport(name, namespace[name])));
  await module.link(() => {});
  await module.evaluate();
  return module;
}

/** By project and path: a file of ours as JavaScript, what V8 made of it, and where its imports lead. */
const sources = new Map();

/** By path: the modules of jest as functions. Each test file calls them anew. */
const functions = new Map();

function compile(source, filename, parameters) {
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  if (!functions.has(filename)) functions.set(filename, vm.compileFunction(source, parameters, { filename, importModuleDynamically }));
  return functions.get(filename);
}

/** A test file that names jest's own environment has globals and packages of its own. */
const hasOwnGlobals = (environment) => environment.getVmContext() !== undefined;

const asEsm = {
  isInternalModule: false,
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: true,
  supportsStaticESM: true,
  supportsTopLevelAwait: true,
};

module.exports = class SharedPackagesRuntime extends JestRuntime {
  #modules = new Map();
  #sources = new Map();

  constructor(...parameters) {
    super(...parameters);
    if (hasOwnGlobals(this._environment)) return;
    const { esmLoader, executor } = this;
    const jestGlobals = esmLoader.resolveModule.bind(esmLoader, '@jest/globals');
    // Without a context, modules have the globals of Node.
    esmLoader.getContext = () => undefined;
    esmLoader.resolveModule = async (specifier, from) => {
      if (specifier === '@jest/globals') return await jestGlobals(from);
      const id = await this.#resolve(specifier, from);
      return await (isShared(id) ? sharedModule(id) : esmLoader.loadEsmModule(id));
    };
    esmLoader.loadEsmModule = async (path) => {
      if (!this.#modules.has(path)) this.#modules.set(path, this.#make(path));
      return this.#modules.get(path);
    };
    executor.compile = (source, filename) => compile(source, filename, executor.injectedModuleParameters);
  }

  installGetBuiltinModule() {
    // Otherwise it would replace a function of Node for the whole process.
    if (hasOwnGlobals(this._environment)) super.installGetBuiltinModule();
  }

  requireModule(from, name, options, isActual) {
    if (hasOwnGlobals(this._environment) || options?.isInternalModule) return super.requireModule(from, name, options, isActual);
    const id = name !== undefined && isBuiltin(name) ? name : this._resolution.resolveCjs(from, name);
    return isShared(id) ? createRequire(from)(id) : super.requireModule(from, name, options, isActual);
  }

  async #resolve(specifier, from) {
    if (isBuiltin(specifier)) return specifier;
    const { imports } = this.#source(from);
    if (!imports.has(specifier)) imports.set(specifier, await this._resolution.resolveEsmAsync(from, specifier));
    return imports.get(specifier);
  }

  #make(path) {
    const source = this.#source(path);
    if (source.map) this.transformCache.sourceMaps.set(path, source.map);
    const meta = { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
    const compileModule = () =>
      new vm.SourceTextModule(source.code, {
        identifier: path,
        cachedData: source.compiled,
        importModuleDynamically: this.esmLoader.dynamicImport,
        initializeImportMeta: (target) => void Object.assign(target, meta),
      });
    let module;
    try {
      module = compileModule();
    } catch (error) {
      if (error.code !== 'ERR_VM_MODULE_CACHED_DATA_REJECTED') throw error;
      // A test has changed a flag of V8.
      source.compiled = undefined;
      module = compileModule();
    }
    // Node 20 does not know who answers import() in code that comes from a cache.
    if (!source.code.includes('import(')) source.compiled ??= module.createCachedData();
    return module;
  }

  #source(path) {
    if (!this.#sources.has(path)) this.#sources.set(path, this.#read(path));
    return this.#sources.get(path);
  }

  #read(path) {
    const key = `${this._config.id} ${path}`;
    const { mtimeMs } = statSync(path);
    if (sources.get(key)?.mtimeMs !== mtimeMs) {
      const code = this.transformCache.transform(path, asEsm);
      sources.set(key, { code, map: this.transformCache.sourceMaps.get(path), mtimeMs, imports: new Map() });
    }
    return sources.get(key);
  }
};
