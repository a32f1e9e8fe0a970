/** The second screen: a page of its own, for a television in the hall. */

import '../../styles/room.scss';

import './display-screen';
