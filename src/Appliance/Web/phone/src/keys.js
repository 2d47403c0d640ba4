// The keyboard works everywhere: digits dial or are sent, Enter calls or answers, Esc hangs up, m mutes, h holds.
import { flash, screenOf } from './view.js';

export function listen(state, phone, dialled) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const screen = screenOf(state), field = event.target.matches('input, select'), button = event.target.matches('button, summary');
    if (event.key === 'Escape') {
      if (state.devicesOpen) state.set({ devicesOpen: false });
      else if (state.call) phone.hangUp();
      else if (screen === 'dial') dialled.value = '';
    } else if (screen === 'dial' && !event.target.matches('select')) {
      typeNumber(event, phone, dialled, field, button);
    } else if (screen === 'incoming' && event.key === 'Enter' && !button) {
      phone.answer();
    } else if (screen === 'talk' && !field) {
      if (/^[0-9*#]$/.test(event.key)) {
        flash(event.key);
        phone.press(event.key);
      } else if (event.key === 'm') phone.mute();
      else if (event.key === 'h') phone.hold();
      else return;
      event.preventDefault();
    }
  });
}

function typeNumber(event, phone, dialled, field, button) {
  if (event.key === 'Enter' && !button) {
    phone.dial(dialled.value);
  } else if (!field && /^[0-9*#+]$/.test(event.key)) {
    flash(event.key);
    dialled.value += event.key;
    dialled.focus();
  } else if (!field && event.key === 'Backspace') {
    dialled.value = dialled.value.slice(0, -1);
  } else {
    return;
  }
  event.preventDefault();
}
