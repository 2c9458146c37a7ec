// What was chosen on a page in this tab, as JSON, so that a reload does not lose it.

const key = (scope) => `draft:${scope}`;

export const readDraft = (scope) => {
  try {
    return JSON.parse(sessionStorage.getItem(key(scope)));
  } catch {
    return null;
  }
};

export const keepDraft = (scope, draft) => {
  try {
    sessionStorage.setItem(key(scope), JSON.stringify(draft));
  } catch {
    // then a reload begins anew
  }
};

export const forgetDraft = (scope) => {
  try {
    sessionStorage.removeItem(key(scope));
  } catch {
    // nothing was kept
  }
};
