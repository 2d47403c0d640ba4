// Microphone, speaker and ringer: which there are, which was chosen, and opening the microphone.
import { device } from './store.js';

const kinds = { microphone: 'audioinput', speaker: 'audiooutput', ringer: 'audiooutput' };

export const chosen = (what) => device.get(what);
export const choose = (what, id) => device.set(what, id);
export const canChooseSpeaker = 'setSinkId' in HTMLMediaElement.prototype;

/** The devices of each kind; their names are empty until the microphone was allowed once. */
export async function list() {
  const all = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  const result = {};
  for (const [what, kind] of Object.entries(kinds)) {
    result[what] = all.filter((d) => d.kind === kind && d.deviceId && d.deviceId !== 'default')
      .map((d, at) => ({ id: d.deviceId, name: d.label || `${what} ${at + 1}` }));
  }
  return result;
}

/** Opens the microphone; throws a DOMException whose name words.js knows. */
export async function openMicrophone() {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('', window.isSecureContext ? 'NotFoundError' : 'InsecureContextError');
  const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const id = chosen('microphone');
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: id ? { ...wanted, deviceId: { exact: id } } : wanted });
  } catch (error) {
    // The chosen one was unplugged: any other is better than no call.
    if (error.name !== 'OverconstrainedError' || !id) throw error;
    return navigator.mediaDevices.getUserMedia({ audio: wanted });
  }
}

/** Sends an audio element's sound to the chosen device, where the browser can; a device that is gone leaves the default. */
export async function route(element, what) {
  if (!canChooseSpeaker) return;
  await element.setSinkId(chosen(what)).catch(() => element.setSinkId('').catch(() => {}));
}

export const onChange = (action) => navigator.mediaDevices?.addEventListener?.('devicechange', action);
