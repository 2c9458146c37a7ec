// The steps that a person puts together, in order. A step is {key, spec, params}; `spec` is the filter's entry in the
// catalogue, `key` stays with the step when it moves.

const UNDO_DEPTH = 50;

/** Make a pipeline; `onChange(isNewShape)` tells a changed value from steps that came, went or moved. */
export const createPipeline = ({ filters, maxSteps, onChange }) => {
  const specs = new Map(filters.map((spec) => [spec.name, spec]));
  const history = [];
  let steps = [];
  let lastKey = 0;

  const asJson = () => steps.map(({ spec, params }) => ({ filter: spec.name, params: { ...params } }));

  const fromJson = (list) =>
    list
      .filter(({ filter }) => specs.has(filter))
      .map(({ filter, params }) => step(specs.get(filter), params));

  const step = (spec, params = {}) => {
    const defaults = Object.fromEntries(spec.parameters.map(({ name, default: value }) => [name, value]));
    return { key: ++lastKey, spec, params: { ...defaults, ...params } };
  };

  const reshape = (change) => {
    history.push(asJson());
    if (history.length > UNDO_DEPTH) history.shift();
    change();
    onChange(true);
  };

  return {
    steps: () => steps,
    asJson,
    isFull: () => steps.length >= maxSteps,
    canUndo: () => history.length > 0,
    add: (name, params) => reshape(() => steps.push(step(specs.get(name), params))),
    remove: (index) => reshape(() => steps.splice(index, 1)),
    load: (list) => reshape(() => (steps = fromJson(list))),
    move: (from, to) => reshape(() => steps.splice(to, 0, ...steps.splice(from, 1))),
    /** Set what was there before the page was loaded: nothing to undo. */
    begin: (list) => {
      steps = fromJson(list);
      onChange(true);
    },
    set: (chosen, name, value) => {
      chosen.params[name] = value;
      onChange(false);
    },
    undo: () => {
      steps = fromJson(history.pop());
      onChange(true);
    },
  };
};
