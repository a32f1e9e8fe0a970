// Writes static/icons.svg: the icons we use, out of bootstrap-icons (MIT). Run it after adding a name below.
//   node scripts/icons.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const names = `
arrow-clockwise arrow-repeat arrow-left arrow-right arrow-return-left archive bar-chart bell bell-fill box-arrow-right box-arrow-up-right
building buildings calendar-event calendar-week camera-video camera-video-fill camera-video-off camera-video-off-fill
chat-dots check-circle check-circle-fill check-lg check2-square chevron-down chevron-left chevron-right chevron-up
circle-half clipboard clipboard-check clock clock-history cloud-slash diagram-3 display download emoji-smile
envelope exclamation-circle exclamation-octagon exclamation-triangle eye file-earmark-arrow-up file-earmark-excel file-earmark-pdf
file-earmark-text file-earmark-word file-earmark-slides flag funnel gear geo-alt globe grid hand-index-thumb
hourglass-split house house-door info-circle journal-text key laptop list list-task list-ul lock megaphone mic mic-fill
link-45deg mic-mute mic-mute-fill moon paperclip pause-circle pencil people people-fill person person-badge person-check person-circle
person-plus phone pin-angle play-circle plus-lg printer question-circle record-circle reply search send shield-lock
square stop-circle sun telephone telephone-x three-dots three-dots-vertical trash upload volume-mute volume-up wifi wifi-off x-circle x-lg
zoom-in zoom-out arrows-fullscreen fullscreen-exit layout-sidebar layout-sidebar-reverse columns-gap easel speaker
box-arrow-in-right box-arrow-left headphones star star-fill bookmark bookmark-fill sticky sticky-fill card-checklist ui-checks door-open broadcast signpost-split inbox
eye-slash unlock lock-fill arrow-left-right person-gear qr-code stopwatch grip-vertical arrow-up arrow-down plus-circle pip pin-angle-fill tv sort-down question-diamond
cursor arrow-counterclockwise eraser hand-thumbs-up stars badge-cc pc-display book
`.trim().split(/\s+/);

const symbols = names.flatMap((name) => {
  let source;
  try {
    source = readFileSync(new URL(`../node_modules/bootstrap-icons/icons/${name}.svg`, import.meta.url), 'utf8');
  } catch {
    console.error(`bootstrap-icons has no ${name}`);
    return [];
  }
  const body = source.replace(/^[\s\S]*?<svg[^>]*>/, '').replace('</svg>', '').replace(/\s*\n\s*/g, '');
  return [`<symbol id="${name}" viewBox="0 0 16 16">${body.trim()}</symbol>`];
});
const licence = '<!-- Bootstrap Icons, Copyright The Bootstrap Authors, MIT licence -->';
const file = new URL('../static/icons.svg', import.meta.url);
writeFileSync(file, `<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">${licence}\n${symbols.join('\n')}\n</svg>\n`);
