/** The meeting room's page. */

import '../../styles/room.scss';

import './meeting-room';
