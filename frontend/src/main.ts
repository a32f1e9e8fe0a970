/** Every page. Each line starts one behaviour; those that act on elements run again after each htmx swap. */

import '../styles/main.scss';

import './elements/picker';
import { initUnsent } from './documents/annotations/unsent';
import { initConfirmation } from './lib/confirm';
import { initCopyButtons } from './lib/copy';
import { initDates } from './lib/dates';
import { initDrafts, initSentDrafts } from './lib/drafts';
import { initBackButtons } from './lib/back';
import { onEachSwap } from './lib/dom';
import { initFillButtons } from './lib/fill';
import { initHtmx } from './lib/htmx';
import { initMarking } from './lib/marking';
import { initGridKeys, initKeyLinks } from './lib/keys';
import { initMenus } from './lib/menus';
import { initNotices } from './lib/notices';
import { initOffline } from './lib/offline';
import { initPrintButtons } from './lib/print';
import { initSubmitOnce } from './lib/submit-once';
import { initTheme } from './lib/theme';
import { initToasts } from './lib/toast';
import { initWeekGrid } from './lib/week-grid';
import { initZones } from './lib/zone';
import { initKept } from './offline/start';

initHtmx();
initTheme();
initToasts();
initMenus();
initMarking();
initConfirmation();
initCopyButtons();
initSubmitOnce();
initPrintButtons();
initFillButtons();
initKeyLinks();
initGridKeys();
onEachSwap(initZones);
onEachSwap(initDates);
initSentDrafts();
onEachSwap(initDrafts);
initBackButtons();
initWeekGrid();
initKept();
initUnsent();
// The room says itself what happens in it, and that its line is lost.
if (!('ownNotices' in document.body.dataset)) {
  initNotices();
  initOffline();
}
