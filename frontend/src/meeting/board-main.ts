/** The site board as a window of its own. */

import '../../styles/room.scss';

import './board-window';
