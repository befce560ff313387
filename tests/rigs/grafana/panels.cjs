// What Grafana shows of a panel's answers, worked out by Grafana's own libraries: transformations,
// overrides of fields, names, units, mappings and colours, as its browser does (PanelQueryRunner).
//
//   node panels.cjs FOLDER < cases > shown
//
// A case is {panel, frames, timeZone}; frames are as Grafana's server sends them, and numbers that are
// none are words ("NaN"). Shown is {frames, figures}: fields with their names and texts, and of
// panels that draw large figures those. FOLDER is where the libraries are.
"use strict";

const Module = require("module");
const fs = require("fs");

const load = Module._load;
// Parts of what set-up leaves out (requirements/grafana/package.json): loaded, and never asked.
Module._load = (name, ...rest) => (name.startsWith("date-fns/") ? {} : load(name, ...rest));

const from = Module.createRequire(process.argv[2] + "/package.json");
const data = from("@grafana/data");
// At work they ask their browser what kind of page it shows, and for whom.
globalThis.window = globalThis;
globalThis.navigator ??= { language: "nl", languages: ["nl"] };

const DRAWN_AS_FIGURES = new Set(["stat"]);
const theme = data.createTheme();

// Standard properties of fields: how Grafana takes each over, and from a panel's defaults for which
// types of fields (getAllStandardFieldConfigs of its pages, which is in no library).
const anyField = () => true;
const numberField = (field) => field.type === data.FieldType.number;
const PROPERTIES = {
  unit: [data.stringOverrideProcessor, anyField],
  min: [data.numberOverrideProcessor, numberField],
  max: [data.numberOverrideProcessor, numberField],
  decimals: [data.numberOverrideProcessor, numberField],
  displayName: [data.displayNameOverrideProcessor, anyField],
  noValue: [data.stringOverrideProcessor, anyField],
  color: [data.identityOverrideProcessor, anyField],
  thresholds: [data.thresholdsOverrideProcessor, anyField],
  mappings: [data.valueMappingsOverrideProcessor, (field) => field.type !== data.FieldType.time],
};

function item(id, path, process, shouldApply, isCustom) {
  const settings = id === "displayName" ? { expandTemplateVars: true } : {};
  return {
    id, path, name: id, isCustom, process, settings, shouldApply,
    editor: () => null, override: () => null,
  };
}

// Of the kind of panel Grafana takes those that its plugin has; which exist is checked by types.
function registry(fieldConfig) {
  const overrides = (fieldConfig.overrides || []).flatMap((one) => one.properties);
  const custom = new Set([
    ...Object.keys(fieldConfig.defaults.custom || {}),
    ...overrides.filter((one) => one.id.startsWith("custom.")).map((one) => one.id.slice("custom.".length)),
  ]);
  const made = new data.FieldConfigOptionsRegistry();
  made.setInit(() => [
    ...Object.entries(PROPERTIES).map(([id, how]) => item(id, id, ...how, false)),
    ...[...custom].map((path) =>
      item("custom." + path, path, data.identityOverrideProcessor, anyField, true)),
  ]);
  return made;
}

// ${__field.labels.zone} and such; what else there is of variables, queries have got already.
function replaced(text, scopedVars) {
  return String(text).replace(/\$\{__field\.labels\.(\w+)\}/g, (whole, label) => {
    const context = scopedVars && scopedVars.__dataContext;
    const labels = (context && context.value.field.labels) || {};
    return label in labels ? labels[label] : whole;
  });
}

function frame(one) {
  const fields = one.fields.map((field) => ({
    ...field,
    config: field.config || {},
    values: field.values.map((value) =>
      field.type === "number" && typeof value === "string" ? Number(value) : value),
  }));
  return data.createDataFrame({ ...one, fields });
}

function transformed(panel, frames) {
  let last = frames;
  return new Promise((resolve, reject) =>
    data.transformDataFrame(panel.transformations || [], frames, { interpolate: replaced })
      .subscribe({ next: (found) => { last = found; }, error: reject, complete: () => resolve(last) }));
}

async function shown({ panel, frames, timeZone }) {
  const fieldConfig = panel.fieldConfig;
  const found = data.applyFieldOverrides({
    data: await transformed(panel, frames.map(frame)),
    fieldConfig,
    fieldConfigRegistry: registry(fieldConfig),
    replaceVariables: replaced,
    theme,
    timeZone,
  });
  const figures = DRAWN_AS_FIGURES.has(panel.type)
    ? data.getFieldDisplayValues({
        data: found, fieldConfig, theme, timeZone,
        reduceOptions: panel.options.reduceOptions, replaceVariables: replaced,
      }).map(({ display }) => (
        { name: display.title, text: data.formattedValueToString(display), color: display.color }))
    : null;
  return {
    figures,
    frames: found.map((one) => ({
      refId: one.refId,
      fields: one.fields.map((field) => ({
        name: data.getFieldDisplayName(field, one, found),
        type: field.type,
        color: field.config.color && field.config.color.fixedColor,
        custom: field.config.custom,
        values: field.values.map((value) => (Number.isNaN(value) ? "NaN" : value)),
        texts: field.values.map((value) => data.formattedValueToString(field.display(value))),
        colors: field.values.map((value) => field.display(value).color),
      })),
    })),
  };
}

// The events of an annotation's answer: after standardAnnotationSupport.ts, which is in no library.
function events({ frames }) {
  return frames.map(frame).flatMap((one) => {
    const named = Object.fromEntries(
      one.fields.map((field) => [data.getFieldDisplayName(field, one).toLowerCase(), field]));
    const first = (type) => one.fields.find((field) => field.type === type);
    const sources = {
      time: named.time || first("time"), title: named.title,
      text: named.text || first("string"), tags: named.tags,
    };
    return [...Array(one.length).keys()].map((row) => Object.fromEntries(
      Object.entries(sources).filter(([, field]) => field).map(([key, field]) =>
        [key, key === "tags" ? String(field.values[row]).split(",") : field.values[row]])));
  });
}

async function main() {
  const known = new Map(Object.values(data.standardTransformers).map((one) => [one.id, one]));
  data.standardTransformersRegistry.setInit(() => [...known].map(([id, one]) => (
    { id, name: one.name, editor: () => null, transformation: async () => one })));
  const cases = JSON.parse(fs.readFileSync(0, "utf8"));
  const found = [];
  for (const one of cases) found.push(one.panel ? await shown(one) : events(one));
  fs.writeFileSync(1, JSON.stringify(found));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
