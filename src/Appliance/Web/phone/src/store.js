// What the page keeps: the user's name until the tab is closed, choices of this device for good. Never a password.
const safe = (action, otherwise) => {
  try {
    return action() ?? otherwise;
  } catch {
    return otherwise;
  }
};

export const tab = {
  get: (key) => safe(() => sessionStorage.getItem(`phone.${key}`), ''),
  set: (key, value) => safe(() => sessionStorage.setItem(`phone.${key}`, value)),
  drop: (key) => safe(() => sessionStorage.removeItem(`phone.${key}`)),
};

export const device = {
  get: (key) => safe(() => localStorage.getItem(`phone.${key}`), ''),
  set: (key, value) => safe(() => (value ? localStorage.setItem(`phone.${key}`, value) : localStorage.removeItem(`phone.${key}`))),
};
