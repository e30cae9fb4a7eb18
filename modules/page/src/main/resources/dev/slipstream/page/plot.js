// Plots over time, drawn as inline SVG.

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 150;
const MARGIN = { top: 8, right: 4, bottom: 20, left: 38 };
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400];

function svg(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

/** A step of 1, 2 or 5 times a power of ten, of which at most four reach the maximum. */
function niceStep(max) {
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find(step => step * power >= rough);
}

function timeText(seconds) {
  if (seconds === 0) {
    return 'now';
  }
  const [amount, unit] =
      seconds < 60 ? [seconds, 's'] : seconds < 3600 ? [seconds / 60, 'min'] : [seconds / 3600, 'h'];
  return `−${amount} ${unit}`;
}

/**
 * A plot in a figure. Each series has a label, a colour, and perhaps a dash; `format` makes the text of
 * a value, `most` is the maximum of the axis if it is fixed, and `whole` says that values are whole numbers.
 */
class Plot {
  constructor(figure, { series, format, most, whole }) {
    this.svg = figure.lastElementChild;
    this.series = series;
    this.format = format;
    this.most = most;
    this.whole = whole;
    this.data = null;
    this.pointer = null;
    this.legend = series.map(one => this.addToLegend(figure.querySelector('ul'), one));
    this.svg.addEventListener('pointermove', event => this.point(event.offsetX));
    this.svg.addEventListener('pointerleave', () => this.point(null));
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  addToLegend(list, one) {
    const swatch = svg('svg', { viewBox: '0 0 16 8', 'aria-hidden': 'true' });
    swatch.append(svg('path', { d: 'M1 4H15', class: this.classOf(one) }));
    const value = document.createElement('b');
    const item = document.createElement('li');
    item.append(swatch, one.label, value);
    list.append(item);
    return value;
  }

  classOf(one) {
    return `curve ${one.color}${one.dashed ? ' dashed' : ''}`;
  }

  point(x) {
    this.pointer = x;
    this.draw();
  }

  /** Shows, for the times in ascending order, the values of each series; null is a gap. */
  show(times, values, span, gap) {
    this.data = { times, values, span, gap };
    this.draw();
  }

  draw() {
    const width = this.svg.clientWidth;
    if (!this.data || width === 0) {
      return;
    }
    const { times, values, span } = this.data;
    const right = width - MARGIN.right;
    const bottom = HEIGHT - MARGIN.bottom;
    const end = times.length > 0 ? times[times.length - 1] : 0;
    const { top, step } = this.scale(values);
    const x = time => right - (end - time) / span * (right - MARGIN.left);
    const y = value => bottom - value / top * (bottom - MARGIN.top);

    const parts = [];
    for (let i = 0; i * step <= top * 1.001; i++) {
      parts.push(svg('path', { d: `M${MARGIN.left} ${Math.round(y(i * step))}H${right}`, class: 'grid' }));
      parts.push(svg('text', { x: MARGIN.left - 7, y: y(i * step) + 4, 'text-anchor': 'end' },
          this.format(i * step)));
    }
    parts.push(...this.timeAxis(span, width, x, end));
    values.forEach((curve, i) => parts.push(...this.curve(this.series[i], i === 0, curve, x, y, bottom)));
    const at = this.pointed(times, x);
    if (this.pointer !== null && at >= 0) {
      parts.push(svg('path', { d: `M${x(times[at])} ${MARGIN.top}V${bottom}`, class: 'cursor' }));
    }
    this.svg.replaceChildren(...parts);
    this.legend.forEach((value, i) => {
      const shown = at >= 0 ? values[i][at] : null;
      value.textContent = shown === null ? '–' : this.format(shown);
    });
  }

  scale(values) {
    const max = this.most ?? Math.max(...values.flat().filter(value => value !== null), 0);
    if (max === 0) {
      return { top: 1, step: 1 };
    }
    const step = this.whole ? Math.max(1, niceStep(max)) : niceStep(max);
    return { top: this.most ?? Math.ceil(max / step) * step, step };
  }

  timeAxis(span, width, x, end) {
    const most = width < 320 ? 3 : 5;
    const seconds = span / 1000;
    const step = TIME_STEPS.find(one => seconds / one <= most) ?? seconds;
    const marks = [];
    for (let ago = 0; ago <= seconds * 1.001; ago += step) {
      const at = x(end - ago * 1000);
      const anchor = ago === 0 ? 'end' : at < MARGIN.left + 14 ? 'start' : 'middle';
      marks.push(svg('text', { x: at, y: HEIGHT - 5, 'text-anchor': anchor }, timeText(ago)));
    }
    return marks;
  }

  /** The curve in pieces, between gaps; below the first series its area. */
  curve(one, filled, values, x, y, bottom) {
    const { times, span, gap } = this.data;
    const start = times.length > 0 ? times[times.length - 1] - span : 0;
    const pieces = [];
    let piece = null;
    values.forEach((value, i) => {
      if (value === null || times[i] < start) {
        piece = null;
        return;
      }
      if (piece === null || times[i] - times[i - 1] > gap) {
        piece = [];
        pieces.push(piece);
      }
      piece.push([x(times[i]).toFixed(1), y(value).toFixed(1)]);
    });
    const drawn = [];
    for (const points of pieces) {
      const line = 'M' + points.map(point => point.join(' ')).join('L');
      if (filled && points.length > 1) {
        const area = `${line}V${bottom}H${points[0][0]}Z`;
        drawn.push(svg('path', { d: area, class: `area ${one.color}` }));
      }
      drawn.push(svg('path', { d: points.length > 1 ? line : line + 'h0.1', class: this.classOf(one) }));
    }
    return drawn;
  }

  /** The index of the time under the pointer; without one, of the last. */
  pointed(times, x) {
    let nearest = times.length - 1;
    if (this.pointer !== null) {
      for (let i = times.length - 1; i >= 0; i--) {
        if (Math.abs(x(times[i]) - this.pointer) < Math.abs(x(times[nearest]) - this.pointer)) {
          nearest = i;
        }
      }
    }
    return nearest;
  }
}
