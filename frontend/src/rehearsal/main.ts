/** The page on which a site tests its line. */

import './line-test';
