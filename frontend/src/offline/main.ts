/** The page of what is kept on this machine. It works without network: the service worker gives it, and the browser's storage the rest. */

import '../documents/viewer';
import '../documents/annotations/panel';
import './shelf';
