/** Strokes as lists of numbers: x and y of one point after the other, in ten-thousandths of the page. No DOM. */

import { BROAD, type Pen } from '../ink';
import type { Rectangle } from './mark';

/** What lies nearer to the line through its neighbours says nothing about the shape. */
const STRAIGHT = 6;
/** A finger hits a line so far beside it. */
const BESIDE = 90;

/** Without the points that make no difference to the eye. */
export function simplified(points: readonly number[]): number[] {
  const count = points.length / 2;
  if (count < 3) return [...points];
  const keeps = new Set([0, count - 1]);
  const parts: [number, number][] = [[0, count - 1]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    let farthest = 0;
    let most = STRAIGHT;
    for (let index = from + 1; index < to; index += 1) {
      const away = distance(points, index, points, from, to);
      if (away > most) { most = away; farthest = index; }
    }
    if (farthest) { keeps.add(farthest); parts.push([from, farthest], [farthest, to]); }
  }
  return [...keeps].sort((one, other) => one - other).flatMap((index) => [points[2 * index] ?? 0, points[2 * index + 1] ?? 0]);
}

/** The smallest part of the page that holds all points. */
export function coveredBy(strokes: readonly (readonly number[])[]): Rectangle {
  const across = strokes.flatMap((points) => points.filter((_, index) => index % 2 === 0));
  const down = strokes.flatMap((points) => points.filter((_, index) => index % 2 === 1));
  const [left, top] = [least(across), least(down)];
  return { left, top, width: -least(across.map((x) => -x)) - left, height: -least(down.map((y) => -y)) - top };
}

export function moved(points: readonly number[], right: number, down: number): readonly number[] {
  return right || down ? points.map((part, index) => part + (index % 2 ? down : right)) : points;
}

/** Whether somebody who presses at x, y means this stroke. */
export function isNear(points: readonly number[], pen: Pen, x: number, y: number): boolean {
  const reach = BESIDE + BROAD[pen] / 2;
  const last = points.length / 2 - 1;
  for (let index = 0; index <= Math.max(0, last - 1); index += 1) {
    if (distance([x, y], 0, points, index, Math.min(index + 1, last)) <= reach) return true;
  }
  return false;
}

/** From a point to the stretch between two others. */
function distance(point: readonly number[], at: number, points: readonly number[], from: number, to: number): number {
  const [x, y] = pair(point, at);
  const [fromX, fromY] = pair(points, from);
  const [toX, toY] = pair(points, to);
  const [along, down] = [toX - fromX, toY - fromY];
  const long = along * along + down * down;
  const share = long ? Math.max(0, Math.min(1, ((x - fromX) * along + (y - fromY) * down) / long)) : 0;
  return Math.hypot(x - fromX - share * along, y - fromY - share * down);
}

const pair = (points: readonly number[], at: number): [number, number] => [points[2 * at] ?? 0, points[2 * at + 1] ?? 0];
const least = (numbers: readonly number[]): number => numbers.reduce((one, other) => Math.min(one, other), Infinity);
