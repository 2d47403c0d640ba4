// Plain words for what can go wrong: what happened, and what to do about it.
import JsSIP from 'jssip';

const causes = JsSIP.C.causes;

const byStatus = {
  403: 'You may not call this number.',
  404: 'There is no such number.',
  408: 'Nobody answered.',
  410: 'There is no such number any more.',
  413: 'The server refused the call: the request was too large.',
  480: 'Not reachable just now.',
  484: 'The number is not complete.',
  486: 'Busy.',
  487: '',
  488: 'The two sides have no way to send sound in common.',
  500: 'The server has a fault. Try again later.',
  503: 'All lines are in use. Try again in a moment.',
  504: 'The other side does not answer.',
  600: 'Busy.',
  603: 'Declined.',
};

/** Why a call ended that was never answered or was cut; empty where there is nothing to explain. */
export function endOfCall(cause, message) {
  const status = message?.status_code;
  if (cause === causes.RTP_TIMEOUT) return noSound();
  if (status && byStatus[status] !== undefined) return byStatus[status];
  switch (cause) {
    case causes.CANCELED:
    case causes.BYE: return '';
    case causes.NO_ANSWER:
    case causes.EXPIRES: return 'Nobody answered.';
    case causes.CONNECTION_ERROR: return `The connection to ${location.hostname} was lost.`;
    case causes.REQUEST_TIMEOUT: return `${location.hostname} does not answer.`;
    case causes.WEBRTC_ERROR:
    case causes.BAD_MEDIA_DESCRIPTION: return 'This browser and the server have no way to send sound in common.';
    default: return status ? `The call did not go through (${status} ${message.reason_phrase ?? ''}).` : '';
  }
}

export const noSound = () =>
  `No way was found for the sound between this computer and ${location.hostname}. Something on the way, mostly a firewall, blocks UDP.`;

export const soundLost = () => 'The call was cut: its sound was lost on the way.';

export function signInRefused(status) {
  if (status === 401 || status === 403 || status === 407) return 'User or password is wrong.';
  if (status === 404) return 'There is no such user.';
  if (status === 503) return `${location.hostname} has no room just now. Trying again…`;
  return status ? `${location.hostname} refused to sign you in (${status}).` : `${location.hostname} does not answer. Trying again…`;
}

export const serverAway = () => `${location.hostname} cannot be reached. Trying again until it answers.`;

/** Why the microphone cannot be had. */
export function microphone(error) {
  switch (error.name) {
    case 'InsecureContextError':
      return 'Browsers let only encrypted pages use the microphone. Open this page by https://.';
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The microphone is blocked. Allow it for this page (the icon left of the address), then try again.';
    case 'NotFoundError':
      return 'No microphone was found. Connect one, then try again.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The microphone cannot be used; another program may hold it. Close that program, then try again.';
    case 'OverconstrainedError':
      return 'The microphone that was chosen is gone. Choose another one.';
    default:
      return `The microphone does not work: ${error.message || error.name}.`;
  }
}
