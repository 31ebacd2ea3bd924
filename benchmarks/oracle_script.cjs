// Answers questions about a TypeScript or JavaScript checkout with the TypeScript compiler's own language service.
// One JSON object a line comes in, one goes out. Usage: node oracle_script.cjs TYPESCRIPT_PACKAGE CHECKOUT < questions
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const ts = require(process.argv[2]);
const root = fs.realpathSync(process.argv[3]);

const SOURCE = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;
const SKIPPED = /(^|\/)(node_modules|dist|build|\.[^/]+)(\/|$)|\.min\.js$|\.d\.[mc]?ts$/;
const AWAITERS = new Set(["all", "allSettled", "race", "any", "resolve", "then", "catch", "finally"]);

function walk(folder, found, packages) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    const relative = path.relative(root, full);
    if (SKIPPED.test(relative)) continue;
    if (entry.isDirectory()) walk(full, found, packages);
    else if (entry.name === "package.json") packages.push(full);
    else if (/^tsconfig.*\.json$/.test(entry.name)) settings.push(full);
    else if (entry.isFile() && SOURCE.test(entry.name) && fs.statSync(full).size < 400000) found.push(full);
  }
}

// A package of the same repository is imported by its name: it is found in its sources.
function pathsOf(packages) {
  const paths = {};
  for (const file of packages) {
    let name;
    try { name = JSON.parse(fs.readFileSync(file, "utf8")).name; } catch { continue; }
    const folder = path.dirname(file);
    if (!name) continue;
    paths[name] = [path.join(folder, "src", "index.ts"), path.join(folder, "src")];
    paths[name + "/*"] = [path.join(folder, "src", "*")];
  }
  for (const file of settings) {
    const own = ts.readConfigFile(file, ts.sys.readFile).config?.compilerOptions ?? {};
    const folder = path.resolve(path.dirname(file), own.baseUrl ?? ".");
    for (const [name, targets] of Object.entries(own.paths ?? {})) {
      paths[name] = [...(paths[name] ?? []), ...targets.map((target) => path.resolve(folder, target))];
    }
  }
  return paths;
}

const files = [];
const packages = [];
const settings = [];
walk(root, files, packages);
const options = {
  allowJs: true, checkJs: false, noEmit: true, strict: true, skipLibCheck: true, jsx: ts.JsxEmit.Preserve,
  target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
  esModuleInterop: true, experimentalDecorators: true, allowImportingTsExtensions: true, maxNodeModuleJsDepth: 0,
  paths: pathsOf(packages), types: [],
};
const host = {
  getScriptFileNames: () => files,
  getScriptVersion: () => "1",
  getScriptSnapshot: (name) => (fs.existsSync(name) ? ts.ScriptSnapshot.fromString(fs.readFileSync(name, "utf8")) : undefined),
  getCurrentDirectory: () => root,
  getCompilationSettings: () => options,
  getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
  fileExists: ts.sys.fileExists, readFile: ts.sys.readFile, readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists, getDirectories: ts.sys.getDirectories,
};
const service = ts.createLanguageService(host, ts.createDocumentRegistry());
const program = () => service.getProgram();
const checker = () => program().getTypeChecker();
const shown = (file) => path.relative(root, file.fileName ?? file).split(path.sep).join("/");
const absolute = (name) => path.join(root, name);

// ---------------------------------------------------------------- definitions

function candidates() {
  const found = [];
  const leftOut = {};
  const skip = (why) => { leftOut[why] = (leftOut[why] ?? 0) + 1; };
  for (const name of files) {
    const source = program().getSourceFile(name);
    if (!source || source.parseDiagnostics?.length) { skip("files that can't be parsed"); continue; }
    for (const statement of source.statements) fromStatement(source, statement, found, skip);
  }
  return { candidates: found, left_out: leftOut };
}

function fromStatement(source, statement, found, skip) {
  const modifiers = new Set((ts.canHaveModifiers(statement) ? ts.getModifiers(statement) ?? [] : []).map((m) => m.kind));
  const flags = [];
  if (modifiers.has(ts.SyntaxKind.ExportKeyword)) flags.push("exported");
  if (modifiers.has(ts.SyntaxKind.DefaultKeyword)) flags.push("default");
  if (ts.isFunctionDeclaration(statement) && statement.name) {
    if (!several(statement, skip)) found.push(callable(source, "function", statement, statement, null, flags));
  } else if (ts.isVariableStatement(statement) && statement.declarationList.declarations.length === 1) {
    const declaration = statement.declarationList.declarations[0];
    if (!ts.isIdentifier(declaration.name) || !declaration.initializer) return;
    const value = declaration.initializer;
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) {
      if (declaration.type) flags.push("opaque");
      found.push(callable(source, "function", declaration, statement, null, flags, value));
    } else if (!/^require\(/.test(value.getText(source)) && !(ts.isCallExpression(value) && /\brequire$/.test(value.expression.getText(source)))) {
      found.push(plain(source, "constant", declaration, statement, null, flags));
    }
  } else if (ts.isClassDeclaration(statement) && statement.name) {
    if (several(statement, skip)) return;
    found.push(plain(source, "class", statement, statement, null, flags));
    fromClass(source, statement, found, skip);
  } else if ((ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isEnumDeclaration(statement))) {
    if (!several(statement, skip)) found.push(plain(source, "type", statement, statement, null, flags));
  } else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
    const elements = statement.exportClause.elements;
    for (const element of elements) {
      const kept = elements.filter((other) => other !== element).map((other) => other.getText(source));
      const candidate = plain(source, "re-export", element, statement, null, flags);
      const type = statement.isTypeOnly ? "type " : "";
      candidate.statement = kept.length ? `export ${type}{ ${kept.join(", ")} } from ${statement.moduleSpecifier.getText(source)}` : "";
      found.push(candidate);
    }
  }
}

function fromClass(source, node, found, skip) {
  const owner = node.name.text;
  for (const member of node.members) {
    const flags = ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) ? ["static"] : [];
    if (ts.isConstructorDeclaration(member)) {
      const all = node.members.filter(ts.isConstructorDeclaration);
      if (all.length > 1) { skip("overloads"); continue; }
      found.push(callable(source, "constructor", member, member, owner, flags));
    } else if (member.name && (ts.isIdentifier(member.name) || ts.isPrivateIdentifier(member.name))) {
      if (several(member, skip)) continue;
      if (node.members.filter((other) => other.name?.getText(source) === member.name.getText(source)).length > 1) { skip("static and instance members of one name"); continue; }
      if (ts.isMethodDeclaration(member)) found.push(callable(source, "method", member, member, owner, flags));
      else if (ts.isGetAccessorDeclaration(member)) found.push(plain(source, "property", member, member, owner, flags));
      else if (ts.isPropertyDeclaration(member)) found.push(plain(source, "attribute", member, member, owner, flags));
    }
  }
}

// Overloads, merged declarations, accessor pairs: a name that stands for several definitions is not judged.
function several(node, skip) {
  const symbol = node.name && checker().getSymbolAtLocation(node.name);
  if ((symbol?.declarations?.length ?? 1) > 1) { skip("overloads, merged declarations, accessor pairs"); return true; }
  return false;
}

function plain(source, form, node, whole, owner, flags) {
  const nameNode = node.name ?? node;
  const at = form === "constructor" ? node.getText(source).indexOf("constructor") + node.getStart(source) : nameNode.getStart(source);
  const name = form === "constructor" ? "constructor" : nameNode.getText(source);
  const start = ts.getDecorators?.(whole)?.[0]?.getStart(source) ?? whole.getStart(source);
  return {
    form, name, owner, path: shown(source), at, end: at + name.length,
    whole: wholeLines(source.text, start, whole.end), flags, statement: "", indent: indentAt(source.text, start),
  };
}

function callable(source, form, node, whole, owner, flags, value) {
  const candidate = plain(source, form, node, whole, owner, flags);
  const fn = value ?? node;
  const text = source.text;
  if (fn.asteriskToken) candidate.flags.push("generator");
  if (fn.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword) || returnsPromise(fn)) candidate.flags.push("async");
  if (fn.parameters.some((p) => p.modifiers?.length)) candidate.flags.push("fields");
  if (/\barguments\b/.test(fn.getText(source))) candidate.flags.push("opaque");
  if (ts.getDecorators?.(node)?.length) candidate.flags.push("opaque");
  candidate.params = fn.parameters.map((p) => ({
    name: p.name.getText(source), kind: p.dotDotDotToken ? "rest" : "positional",
    required: !p.questionToken && !p.initializer && !p.dotDotDotToken, span: [p.getStart(source), p.end],
  }));
  candidate.params_span = [fn.parameters.pos, fn.parameters.end];
  if (text[fn.parameters.pos - 1] !== "(") candidate.flags.push("bare");
  candidate.keyword_at = ts.isMethodDeclaration(fn) ? fn.name.getStart(source) : ts.isFunctionDeclaration(fn)
    ? text.indexOf("function", fn.getStart(source)) : fn.getStart(source);
  candidate.body_at = fn.body && ts.isBlock(fn.body) ? fn.body.getStart(source) + 1 : 0;
  if (!fn.body) candidate.flags.push("opaque");
  return candidate;
}

function returnsPromise(fn) {
  const signature = checker().getSignatureFromDeclaration(fn);
  if (!signature) return false;
  const type = checker().getReturnTypeOfSignature(signature);
  const parts = type.isUnion?.() ? type.types : [type];
  return parts.some((part) => part.getProperty?.("then"));
}

function wholeLines(text, start, end) {
  const first = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  return [text.slice(first, start).trim() ? start : first, next < 0 ? text.length : next + 1];
}

const indentAt = (text, at) => /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1, at))[0];

// ---------------------------------------------------------------- uses

function uses(question) {
  const file = absolute(question.path);
  const found = question.form === "constructor" ? constructions(question) : references(file, question.at);
  const member = question.owner && question.form !== "constructor";
  const answers = [];
  for (const reference of found) {
    if (reference.isDefinition && reference.fileName === file && reference.textSpan.start === question.at) continue;
    const source = program().getSourceFile(reference.fileName);
    const node = source && nodeAt(source, reference.textSpan.start);
    if (node && ts.isJsxClosingElement(node.parent)) continue;  // the opening tag is the use
    if (node?.kind === ts.SyntaxKind.ThisKeyword && question.form !== "constructor") continue;
    if (!node || !SOURCE.test(reference.fileName) || !reference.fileName.startsWith(root)) continue;
    if (member && !declaredThere(node, question)) continue;
    const use = useOf(source, node, question);
    if (question.form === "re-export" && !throughReexport(source, node, question)) continue;
    if (use) answers.push(use);
  }
  return { uses: answers };
}

function references(file, at) {
  return (service.findReferences(file, at) ?? []).flatMap((group) => group.references);
}

// The receiver's declared class is this one: the member that the checker sees there has this declaration and no other.
function declaredThere(node, question) {
  const symbol = ts.isBindingElement(node.parent)
    ? checker().getTypeAtLocation(node.parent.parent).getProperty((node.parent.propertyName ?? node).text)
    : checker().getSymbolAtLocation(node);
  const declarations = symbol?.declarations ?? [];
  return declarations.length === 1 && isCandidate(declarations[0], question);
}

function isCandidate(declaration, question) {
  if (!declaration || shown(declaration.getSourceFile()) !== question.path) return false;
  const named = declaration.name ?? (ts.isVariableDeclaration(declaration.parent) ? declaration.parent.name : declaration);
  return named.getStart() === question.at || question.form === "constructor" && declaration.getStart() <= question.at && question.at < declaration.end && ts.isConstructorDeclaration(declaration);
}

// Whether a call on these lines is one of the definition, whatever name it is called by.
function calls(question) {
  const source = program().getSourceFile(absolute(question.path));
  let found = false;
  if (!source) return { calls: false };
  (function visit(node) {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && line <= question.last
      && source.getLineAndCharacterOfPosition(node.end).line + 1 >= question.first) {
      const declaration = checker().getResolvedSignature(node)?.declaration;
      found ||= isCandidate(declaration, { ...question, path: question.definedIn });
    }
    if (!found) node.forEachChild(visit);
  })(source);
  return { calls: found };
}

// Calls of the class, of subclasses without a constructor of their own, and `super()` in the others.
function constructions(question) {
  const source = program().getSourceFile(absolute(question.path));
  const node = nodeAt(source, question.at);
  let owner = node;
  while (owner && !ts.isClassDeclaration(owner)) owner = owner.parent;
  const found = [];
  const waiting = owner?.name ? [owner] : [];
  const seen = new Set();
  while (waiting.length) {
    const one = waiting.pop();
    if (seen.has(one)) continue;
    seen.add(one);
    for (const reference of references(one.getSourceFile().fileName, one.name.getStart())) {
      const there = program().getSourceFile(reference.fileName);
      const at = there && nodeAt(there, reference.textSpan.start);
      if (!at) continue;
      const outer = outermost(at);
      if (outer.parent && ts.isNewExpression(outer.parent) && outer.parent.expression === outer) found.push(reference);
      const heir = outer.parent && ts.isExpressionWithTypeArguments(outer.parent) && outer.parent.parent?.parent;
      if (!heir || !ts.isClassLike(heir) || outer.parent.parent.token !== ts.SyntaxKind.ExtendsKeyword) continue;
      const own = heir.members.find(ts.isConstructorDeclaration);
      if (!own) { if (heir.name) waiting.push(heir); }
      else own.forEachChild(function visit(child) {
        if (child.kind === ts.SyntaxKind.SuperKeyword && ts.isCallExpression(child.parent)) {
          found.push({ fileName: heir.getSourceFile().fileName, textSpan: { start: child.getStart() } });
        }
        if (!ts.isClassLike(child)) child.forEachChild(visit);
      });
    }
  }
  return found;
}

function nodeAt(source, position) {
  let best;
  (function visit(node) {
    if (position < node.getStart(source) || position >= node.end) return;
    best = node;
    node.forEachChild(visit);
  })(source);
  return best && best.getStart(source) === position ? best : undefined;
}

// `f` of `a.b.f`, with the parentheses, assertions and `!` around it.
function outermost(node) {
  let outer = node;
  if (node.parent && ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) outer = node.parent;
  while (outer.parent && (ts.isParenthesizedExpression(outer.parent) || ts.isNonNullExpression(outer.parent))) outer = outer.parent;
  return outer;
}

function useOf(source, node, question) {
  const position = source.getLineAndCharacterOfPosition(node.getStart(source));
  const lines = source.text.split("\n");
  const outer = outermost(node);
  const parent = outer.parent;
  const access = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node ? node.parent : undefined;
  let role = "read";
  let call;
  if (ts.isImportSpecifier(node.parent) || ts.isImportClause(node.parent)) role = "import";
  else if (ts.isExportSpecifier(node.parent) || ts.isExportAssignment(node.parent)) role = "export";
  else if (parent && (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === outer) { role = "call"; call = parent; }
  else if (parent && ts.isTaggedTemplateExpression(parent)) role = "read";
  else if (parent && ts.isExpressionWithTypeArguments(parent)) role = "base";
  else if (parent && ts.isDecorator(parent)) role = "decorator";
  else if (ts.isTypeNode(node.parent) || ts.isTypeQueryNode?.(node.parent)) role = "annotation";
  else if (parent && ts.isBinaryExpression(parent) && parent.left === outer && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) role = "write";
  else if (isDeclarationName(node)) return undefined;
  const indirect = !question.owner && (Boolean(access) && !isModule(access.expression) || ts.isPropertyAssignment(node.parent) && node.parent.name === node || ts.isBindingElement(node.parent));
  const previous = lines[position.line - 1] ?? "";
  return {
    path: shown(source), line: position.line + 1, column: position.character, role, indirect,
    text: lines[position.line].trim().slice(0, 200), arguments: call ? argumentsOf(call) : null,
    settled: call ? settled(source, call) : false,
    guarded: Boolean(access?.questionDotToken) || Boolean(call?.questionDotToken) || isTypeof(outer) || /@ts-(expect-error|ignore)/.test(previous),
    inferred: Boolean(access) && !isModule(access.expression) && !isClass(access.expression),
    alias: ts.isImportSpecifier(node.parent) && Boolean(node.parent.propertyName),
  };
}

function isDeclarationName(node) {
  const parent = node.parent;
  return parent.name === node && (ts.isFunctionLike(parent) || ts.isClassLike(parent) || ts.isVariableDeclaration(parent)
    || ts.isPropertyDeclaration(parent) || ts.isPropertySignature(parent) || ts.isParameter(parent) || ts.isInterfaceDeclaration(parent));
}

const isTypeof = (outer) => Boolean(outer.parent && ts.isTypeOfExpression(outer.parent));

function symbolOf(expression) {
  let symbol = checker().getSymbolAtLocation(expression);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker().getAliasedSymbol(symbol);
  return symbol;
}
const isModule = (expression) => Boolean((symbolOf(expression)?.flags ?? 0) & (ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule));
const isClass = (expression) => expression.kind !== ts.SyntaxKind.ThisKeyword && Boolean((symbolOf(expression)?.flags ?? 0) & ts.SymbolFlags.Class);

function argumentsOf(call) {
  const given = call.arguments ?? [];
  return { positional: given.filter((a) => !ts.isSpreadElement(a)).length, rest: given.some(ts.isSpreadElement) };
}

// Awaited, handed to something that awaits it; null where that can't be told from here.
function settled(source, call) {
  let below = call;
  for (let above = call.parent; above; below = above, above = above.parent) {
    if (ts.isAwaitExpression(above)) return true;
    if (ts.isVoidExpression(above)) return null;
    if (ts.isPropertyAccessExpression(above) && above.expression === below) {
      return AWAITERS.has(above.name.text) && ts.isCallExpression(above.parent);
    }
    if ((ts.isCallExpression(above) || ts.isNewExpression(above)) && above.expression !== below) {
      const callee = ts.isPropertyAccessExpression(above.expression) ? above.expression.name.text : above.expression.getText(source);
      return AWAITERS.has(callee);
    }
    if (ts.isReturnStatement(above)) return isAsync(enclosing(above)) ? true : null;
    if (ts.isArrowFunction(above)) return isAsync(above) ? true : null;
    if (ts.isVariableDeclaration(above) && ts.isIdentifier(above.name)) {
      const body = enclosing(above)?.body ?? source;
      return new RegExp(`(await\\s+|all\\(\\[?[^;]*)\\b${above.name.text}\\b`).test(body.getText(source)) ? null : false;
    }
    if (!ts.isParenthesizedExpression(above) && !ts.isArrayLiteralExpression(above) && !ts.isConditionalExpression(above)
      && !ts.isSpreadElement(above) && !ts.isAsExpression(above) && !ts.isNonNullExpression(above)) return false;
  }
  return false;
}

function enclosing(node) {
  let above = node.parent;
  while (above && !ts.isFunctionLike(above)) above = above.parent;
  return above;
}
const isAsync = (fn) => Boolean(fn?.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword));

// Whether the name comes from the file of this re-export: the import that binds it, followed through other re-exports.
function throughReexport(source, node, question) {
  const target = absolute(question.path);
  const specifier = bindingSpecifier(source, node);
  return specifier ? leadsTo(source.fileName, specifier, target, question.name, 0) : false;
}

function bindingSpecifier(source, node) {
  if (ts.isImportSpecifier(node.parent)) return node.parent.parent.parent.parent.moduleSpecifier?.text;
  if (ts.isExportSpecifier(node.parent)) return source.fileName === undefined ? undefined : node.parent.parent.parent.moduleSpecifier?.text;
  const symbol = checker().getSymbolAtLocation(node);
  const declaration = symbol?.declarations?.[0];
  return declaration && ts.isImportSpecifier(declaration) ? declaration.parent.parent.parent.moduleSpecifier?.text : undefined;
}

function leadsTo(from, specifier, target, name, depth) {
  const resolved = ts.resolveModuleName(specifier, from, options, ts.sys).resolvedModule?.resolvedFileName;
  if (!resolved || depth > 5) return false;
  if (resolved === target) return true;
  const source = program().getSourceFile(resolved);
  return (source?.statements ?? []).some((s) => ts.isExportDeclaration(s) && s.moduleSpecifier
    && (!s.exportClause || ts.isNamedExports(s.exportClause) && s.exportClause.elements.some((e) => e.name.text === name))
    && leadsTo(resolved, s.moduleSpecifier.text, target, name, depth + 1));
}

// ---------------------------------------------------------------- what else is asked

function classAt(source, line) {
  let best;
  (function visit(node) {
    const from = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const to = source.getLineAndCharacterOfPosition(node.end).line + 1;
    if (line < from || line > to) return;
    if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node)) best = node;
    node.forEachChild(visit);
  })(source);
  return best;
}

// true: a base of the class has that member too; null: a base is not known.
function inherits(question) {
  const source = program().getSourceFile(absolute(question.path));
  let node = nodeAt(source, question.at);
  while (node && !ts.isClassLike(node)) node = node.parent;
  if (!node) return { inherits: null };
  if (node.members.some(ts.isIndexSignatureDeclaration)) return { inherits: true };
  for (const clause of node.heritageClauses ?? []) {
    if (clause.token !== ts.SyntaxKind.ExtendsKeyword) continue;
    const type = checker().getTypeAtLocation(clause.types[0]);
    if (type.flags & ts.TypeFlags.Any || type.intrinsicName === "error") return { inherits: null };
    if (type.getProperty(question.name)) return { inherits: true };
  }
  return { inherits: false };
}

function descends(question) {
  const source = program().getSourceFile(absolute(question.path));
  const node = source && classAt(source, question.line);
  if (!node) return { descends: false };
  const seen = new Set();
  const reaches = (one) => {
    if (!one || seen.has(one)) return false;
    seen.add(one);
    if (shown(one.getSourceFile()) === question.definedIn && one.name?.text === question.owner) return true;
    return (one.heritageClauses ?? []).flatMap((c) => [...c.types]).some((t) => (symbolOf(t.expression)?.declarations ?? []).some(reaches));
  };
  return { descends: reaches(node) };
}

function rename(question) {
  const preferences = { providePrefixAndSuffixTextForRename: true };
  const found = service.findRenameLocations(absolute(question.path), question.at, false, false, preferences) ?? [];
  return {
    places: found.map((l) => ({
      path: shown(l.fileName), start: l.textSpan.start, end: l.textSpan.start + l.textSpan.length,
      prefix: l.prefixText ?? "", suffix: l.suffixText ?? "",
    })),
  };
}

function parses(question) {
  const source = ts.createSourceFile(question.path, question.text, ts.ScriptTarget.ESNext, false);
  return { parses: source.parseDiagnostics.length === 0 };
}

function known(question) {
  if (!program().getSourceFile(absolute(question.path))) return { known: false };
  return { known: (service.getDefinitionAtPosition(absolute(question.path), question.at) ?? []).length > 0 };
}

const ANSWERS = { calls, known, candidates, uses, inherits, descends, rename, parses };
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const question = JSON.parse(line);
  let answer;
  try { answer = ANSWERS[question.ask](question); } catch (error) { answer = { error: String(error?.stack ?? error).slice(0, 500) }; }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
