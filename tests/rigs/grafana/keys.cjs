// Which keys of dashboards no type of @grafana/schema has, as lines "name: path".
//
//   node keys.cjs FOLDER < {name: dashboard} > [line]
//
// TypeScript reads the types; the JSON is walked along them. Queries and the options of
// transformations are open there, as is what a plugin outside of the schema adds.
"use strict";

const fs = require("fs");
const path = require("path");

const folder = process.argv[2];
const ts = require(path.join(folder, "node_modules/typescript"));

const TYPES = path.join(folder, "node_modules/@grafana/schema/dist/types/raw");
const BOARD = path.join(TYPES, "dashboard/x/types.gen.d.ts");
const boards = JSON.parse(fs.readFileSync(0, "utf8"));

// A kind of panel has its options, and mostly properties of fields of its own.
const fileOf = (kind) =>
  path.join(TYPES, "composable", kind.replace("-", ""), "panelcfg/x/types.gen.d.ts");

const kinds = new Set(Object.values(boards).flatMap((one) => one.panels)
  .map((panel) => panel.type).filter((kind) => kind !== "row"));
const files = new Map([...kinds].map((kind) => [kind, fileOf(kind)]));
const program = ts.createProgram([BOARD, ...files.values()], {
  module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true, types: [], lib: ["lib.es5.d.ts"],
});
const checker = program.getTypeChecker();

function typeOf(file, name) {
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
  const found = symbols.find((one) => one.name === name);
  if (!found) return null;
  const real = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  return checker.getDeclaredTypeOfSymbol(real);
}

const alternatives = (type) => (type.isUnion() ? type.types : [type]);
const isOpen = (type) => Boolean(type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown))
  || type.getStringIndexType() !== undefined || checker.typeToString(type).startsWith("Record<");

function walk(value, types, at, unknown) {
  const open = types.flatMap(alternatives);
  if (value === null || typeof value !== "object" || open.some(isOpen)) return;
  if (Array.isArray(value)) {
    const items = open.flatMap((type) => checker.getTypeArguments(type) || []);
    value.forEach((item, index) => walk(item, items, `${at}[${index}]`, unknown));
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const found = open.map((type) => checker.getPropertyOfType(type, key)).filter(Boolean);
    const here = at ? `${at}.${key}` : key;
    if (!found.length) unknown.push(here);
    else walk(inner, found.map((one) => checker.getTypeOfSymbol(one)), here, unknown);
  }
}

// What overrides set, one after the other as if it stood in the panel's defaults.
function* properties(panel) {
  const config = panel.fieldConfig || { defaults: {}, overrides: [] };
  yield config.defaults || {};
  for (const { id, value } of (config.overrides || []).flatMap((one) => one.properties)) {
    yield id.split(".").reduceRight((inner, key) => ({ [key]: inner }), value);
  }
}

function panelKeys(panel, unknown) {
  if (panel.type === "row") return walk(panel, [typeOf(BOARD, "RowPanel")], "", unknown);
  const { options, fieldConfig, ...rest } = panel;
  walk(rest, [typeOf(BOARD, "Panel")], "", unknown);
  if (fieldConfig) walk({ fieldConfig: { overrides: fieldConfig.overrides } }, [typeOf(BOARD, "Panel")], "", unknown);
  const file = files.get(panel.type);
  walk(options || {}, [typeOf(file, "Options")], "options", unknown);
  const own = typeOf(file, "FieldConfig");
  for (const { custom, ...standard } of properties(panel)) {
    walk(standard, [typeOf(BOARD, "FieldConfig")], "field", unknown);
    if (custom && own) walk(custom, [own], "field.custom", unknown);
    else if (custom) unknown.push("field.custom");
  }
}

const lines = [];
for (const [name, board] of Object.entries(boards)) {
  const { panels, annotations, ...rest } = board;
  const marks = (annotations.list || []).map(({ target, ...mark }) => mark);
  const found = [];
  walk({ ...rest, annotations: { ...annotations, list: marks } }, [typeOf(BOARD, "Dashboard")], "", found);
  lines.push(...found.map((at) => `${name}: ${at}`));
  for (const panel of panels) {
    const unknown = [];
    panelKeys(panel, unknown);
    lines.push(...[...new Set(unknown)].map((at) => `${name}, ${panel.title}: ${at}`));
  }
}
fs.writeFileSync(1, JSON.stringify(lines));
