/** Pages of papers: handing in and reading. */

import './upload';
import './open-copy';
import './viewer';
import './annotations/panel';
import './comments/panel';
