import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** An import that exists when the program runs: of a module, by a file. Type-only imports are none. */
export interface Import {
  /** Path from the root of the package. */
  readonly file: string;
  /** A path from the root without extension, or a package's name as written. */
  readonly of: string;
  readonly kind: 'own' | 'package';
}

/** The TypeScript files of a folder, as paths from the root. */
export function sourcesOf(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
}

export function parse(root: string, file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

function moduleNamedBy(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node)) {
    const { importClause } = node;
    const named = importClause?.namedBindings;
    const onlyTypes =
      importClause !== undefined &&
      importClause.name === undefined &&
      named !== undefined &&
      ts.isNamedImports(named) &&
      named.elements.length > 0 &&
      named.elements.every(({ isTypeOnly }) => isTypeOnly);
    const typeOnly = importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || onlyTypes;
    return typeOnly || !ts.isStringLiteral(node.moduleSpecifier) ? null : node.moduleSpecifier.text;
  }
  if (ts.isExportDeclaration(node)) {
    const { exportClause, moduleSpecifier } = node;
    if (moduleSpecifier === undefined || node.isTypeOnly || !ts.isStringLiteral(moduleSpecifier)) return null;
    const named = exportClause !== undefined && ts.isNamedExports(exportClause) ? exportClause.elements : [];
    return named.length > 0 && named.every(({ isTypeOnly }) => isTypeOnly) ? null : moduleSpecifier.text;
  }
  if (ts.isCallExpression(node)) {
    const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const required = ts.isIdentifier(node.expression) && node.expression.text === 'require';
    const [argument] = node.arguments;
    if ((dynamic || required) && argument !== undefined && ts.isStringLiteral(argument)) return argument.text;
  }
  return null;
}

/** Everything that a file imports to run, also by `import()` and `require()`. */
export function importsOf(root: string, file: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const named = moduleNamedBy(node);
    if (named !== null) {
      const own = named.startsWith('.');
      found.push({ file, of: own ? normalize(join(dirname(file), named)) : named, kind: own ? 'own' : 'package' });
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(root, file));
  return found;
}

/** The text of every string and template of a file; comments are none. */
export function stringsOf(root: string, file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node))
      found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('?'));
    ts.forEachChild(node, visit);
  };
  visit(parse(root, file));
  return found;
}
