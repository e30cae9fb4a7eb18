// The page: follows the stream of events and shows the chosen cache. Every text from outside is set as
// textContent; the page's policy forbids the browser to read any as HTML.

const RETRY_MILLIS = 5000;
const SURE_MILLIS = 4000;
const MINUTE = 60_000;
const WINDOW = 8; // how many intervals a rate or a ratio is taken over
const $ = id => document.getElementById(id);

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

let hello = null; // the stream's first event
let state = null; // the latest
let receivedAt = 0; // by performance.now
let paused = false;
let source = null;
const points = new Map(); // by cache: its numbers, the oldest first

function percent(ratio) {
  return ratio === null || Number.isNaN(ratio) ? '–' : `${oneDigit.format(ratio * 100)} %`;
}

function duration(micros) {
  const millis = micros / 1000;
  const seconds = millis / 1000;
  if (millis < 1) {
    return `${Math.round(micros)} µs`;
  }
  if (seconds < 1) {
    return `${millis < 10 ? oneDigit.format(millis) : Math.round(millis)} ms`;
  }
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
      ? `${minutes} min ${Math.floor(seconds % 60)} s`
      : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function ago(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 60) {
    return seconds === 0 ? 'now' : `${seconds} s ago`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function element(name, className, text = '') {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.textContent = text;
  return made;
}

// ---- the stream

function connect() {
  source = new EventSource('events');
  source.addEventListener('hello', event => onHello(JSON.parse(event.data)));
  source.addEventListener('state', event => onState(JSON.parse(event.data)));
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) { // refused: the browser does not try again by itself
      showLink('lost', 'no stream: the page is closed, or has its most viewers');
      setTimeout(connect, RETRY_MILLIS);
    } else {
      showLink('waiting', 'connection lost, trying again');
    }
  };
}

function onHello(message) {
  hello = message;
  points.clear();
  for (const [name, rows] of Object.entries(message.history)) {
    points.set(name, rows.map(row => Object.fromEntries(row.map((value, i) => [message.columns[i], value]))));
  }
}

function onState(message) {
  const span = hello.rows * hello.everyMillis;
  for (const cache of message.caches) {
    const list = points.get(cache.name) ?? [];
    list.push(cache.counts);
    while (list[0].at < cache.counts.at - span) {
      list.shift();
    }
    points.set(cache.name, list);
  }
  if (!paused) {
    state = message;
    receivedAt = performance.now();
    showLink('live', 'live');
    show();
  }
}

function showLink(kind, text) {
  $('link').dataset.state = paused ? 'paused' : kind;
  setText($('link'), paused ? 'paused' : text);
}

// ---- which cache

function chosen() {
  const name = decodeURIComponent(location.hash.slice(1));
  return state.caches.find(cache => cache.name === name) ?? state.caches[0];
}

function show() {
  const cache = chosen();
  $('main').hidden = false;
  document.title = `${cache.name} · flights`;
  showCaches(cache);
  showFigures(cache, points.get(cache.name));
  showPlots(points.get(cache.name));
  showFlights(cache);
  showEnds(cache);
  showTimes();
}

function showCaches(current) {
  const nav = $('caches');
  while (nav.children.length < state.caches.length) {
    const link = element('a');
    link.append(element('span'), element('b'));
    nav.append(link);
  }
  state.caches.forEach((cache, i) => {
    const link = nav.children[i];
    const [name, count] = link.children;
    link.href = '#' + encodeURIComponent(cache.name);
    setText(name, cache.name);
    setText(count, short.format(cache.counts.inFlight));
    count.className = cache.counts.inFlight > 0 ? 'busy' : '';
    if (cache.name === current.name) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  });
}

// ---- the figures

function figure(id, value, note, bad = false) {
  setText($(id), value);
  setText($(id + '-note'), note);
  $(id).className = bad ? 'bad' : '';
}

/** The calls that fetch: hits, joins and fetches, without those fetches that no call asked for. */
function calls(counts) {
  return counts.hits + counts.joins + counts.fetches - counts.background;
}

function showFigures(cache, list) {
  const counts = cache.counts;
  const last = list[list.length - 1];
  const first = list.find(point => point.at >= last.at - MINUTE);
  const seconds = Math.max(1, Math.round((last.at - first.at) / 1000));
  const recent = calls(last) - calls(first);
  const nothing = 'nothing counted: no call yet, or built without recordStats()';
  figure('in-flight', number.format(counts.inFlight),
      counts.inFlight > 0 ? `oldest ${duration(cache.flights[0]?.ageMicros ?? 0)}` : 'no fetch is running');
  figure('callers', number.format(counts.callers),
      counts.inFlight > 0 ? `${oneDigit.format(counts.callers / counts.inFlight)} for each flight` : 'nobody waits');
  figure('hit', percent(cache.hitRate), cache.hitRate === null
      ? nothing
      : `${percent((last.hits - first.hits) / recent)} of ${number.format(recent)} calls in ${seconds} s`);
  figure('coalescing', percent(cache.coalescingRate), cache.coalescingRate === null
      ? nothing
      : `${number.format(counts.joins)} of ${number.format(counts.joins + counts.fetches)} misses joined a fetch`);
  figure('saved', percent(cache.workSaved), cache.workSaved === null
      ? nothing
      : `${number.format(counts.abandoned)} of ${number.format(counts.fetches)} fetches cancelled`);
  const failed = counts.failures + counts.timeouts;
  figure('failed', number.format(failed),
      `${number.format(counts.failures)} failures, ${number.format(counts.timeouts)} timeouts`, failed > 0);
}

// ---- the plots

/** The difference of a count per second, over the last intervals. */
function rate(list, i, name) {
  const before = list[Math.max(0, i - WINDOW)];
  const seconds = (list[i].at - before.at) / 1000;
  return seconds > 0 ? (list[i][name] - before[name]) / seconds : null;
}

/** A ratio of differences over the last intervals; null where nothing was counted. */
function ratio(list, i, part, whole) {
  const before = list[Math.max(0, i - WINDOW)];
  const all = whole(list[i]) - whole(before);
  return all > 0 ? (part(list[i]) - part(before)) / all : null;
}

const PLOTS = [
  { id: 'plot-flights', format: value => short.format(value), whole: true, series: [
    { label: 'flights', color: 'blue', of: (list, i) => list[i].inFlight },
    { label: 'callers', color: 'amber', of: (list, i) => list[i].callers }] },
  { id: 'plot-ratios', format: value => `${number.format(value * 100)} %`, most: 1, series: [
    { label: 'hits', color: 'teal', of: (list, i) => ratio(list, i, one => one.hits, calls) },
    { label: 'coalesced', color: 'blue', dashed: true,
      of: (list, i) => ratio(list, i, one => one.joins, one => one.joins + one.fetches) }] },
  { id: 'plot-misses', format: value => short.format(value), series: [
    { label: 'fetches', color: 'blue', of: (list, i) => rate(list, i, 'fetches') },
    { label: 'joins', color: 'amber', of: (list, i) => rate(list, i, 'joins') }] },
  { id: 'plot-ends', format: value => short.format(value), series: [
    { label: 'value', color: 'teal', of: (list, i) => rate(list, i, 'successes') },
    { label: 'absent', color: 'teal', dashed: true, of: (list, i) => rate(list, i, 'absents') },
    { label: 'failed', color: 'red', of: (list, i) => rate(list, i, 'failures') },
    { label: 'timed out', color: 'amber', of: (list, i) => rate(list, i, 'timeouts') },
    { label: 'abandoned', color: 'violet', of: (list, i) => rate(list, i, 'abandoned') }] },
].map(({ id, ...settings }) => new Plot($(id), settings));

function showPlots(list) {
  const times = list.map(point => point.at);
  for (const plot of PLOTS) {
    const values = plot.series.map(one => list.map((point, i) => one.of(list, i)));
    plot.show(times, values, hello.rows * hello.everyMillis, hello.everyMillis * 5 + 1000);
  }
}

// ---- the flights

/** Shows items as rows, in their order; a row stays that of its item, so that its button can be pressed. */
function showRows(body, items, id, make, update) {
  const rows = new Map([...body.rows].map(row => [row.dataset.id, row]));
  items.forEach((item, i) => {
    let row = rows.get(id(item));
    if (row === undefined) {
      row = make(item);
      row.dataset.id = id(item);
    }
    rows.delete(id(item));
    if (body.rows[i] !== row) {
      body.insertBefore(row, body.rows[i] ?? null);
    }
    update(row, item);
  });
  rows.forEach(row => row.remove());
}

/** What a flight waits for, unless that is its load. */
const CAUSES = {
  REFRESH: 'A call of refresh began it',
  PREFETCH: 'A call of prefetch began it',
  DUE: 'It refreshes a value that is due, in the background',
  EARLY: 'It refreshes a value that expires soon, in the background',
};

const PHASES = {
  GATHERING: 'It waits until more keys are to be loaded with it',
  QUEUED: 'It waits until fewer loads run',
  OVERDUE: 'Its load takes longer than the soft timeout',
};

function keyCell(key) {
  const cell = element('td', 'key');
  cell.append(element('span', '', key));
  return cell;
}

function showTag(cell, kind, shown, title) {
  const tag = cell.querySelector(`em.${kind}`);
  if (shown && tag === null) {
    const made = element('em', kind, kind);
    made.title = title;
    cell.append(made);
  } else if (!shown && tag !== null) {
    tag.remove();
  }
}

function makeFlight(cacheName, flight) {
  const row = element('tr');
  const action = element('td', 'action');
  row.append(keyCell(flight.key), element('td', 'number age'), element('td', 'number'),
      element('td', 'number wide fetch', flight.fetch), action);
  if (hello.token !== null) {
    action.append(abortButton(cacheName, flight.fetch));
  }
  return row;
}

function showFlights(cache) {
  const { flights, moreFlights } = cache;
  showRows($('flights').tBodies[0], flights, flight => `${cache.name} ${flight.fetch}`,
      flight => makeFlight(cache.name, flight),
      (row, flight) => {
        row.age = flight.ageMicros;
        for (const [cause, title] of Object.entries(CAUSES)) {
          showTag(row.cells[0], cause.toLowerCase(), flight.cause === cause, title);
        }
        for (const [phase, title] of Object.entries(PHASES)) {
          showTag(row.cells[0], phase.toLowerCase(), flight.phase === phase, title);
        }
        showTag(row.cells[0], 'fenced', flight.fenced, 'The key was written: the result will not be stored');
        setText(row.cells[2], number.format(flight.callers));
        const button = row.querySelector('button');
        if (button !== null && flight.fenced) {
          button.disabled = true;
          button.title = 'A fenced fetch has lost its place: it cannot be found by its key any more';
        }
      });
  $('flights').hidden = flights.length === 0;
  $('no-flights').hidden = flights.length > 0;
  setText($('flights-note'), moreFlights > 0
      ? `the ${number.format(flights.length)} oldest of ${number.format(flights.length + moreFlights)}`
      : flights.length > 0 ? 'the oldest first' : '');
}

/** A button that is pressed twice: first it asks. */
function abortButton(cacheName, fetch) {
  const button = element('button', '', 'Abort');
  button.type = 'button';
  let timer = null;
  const reset = () => {
    button.classList.remove('sure');
    button.textContent = 'Abort';
    timer = null;
  };
  button.addEventListener('click', () => {
    if (timer === null) {
      button.classList.add('sure');
      button.textContent = 'Really abort';
      timer = setTimeout(reset, SURE_MILLIS);
    } else {
      clearTimeout(timer);
      reset();
      button.disabled = true;
      abort(cacheName, fetch).finally(() => { button.disabled = false; });
    }
  });
  return button;
}

async function abort(cacheName, fetchId) {
  const path = `caches/${encodeURIComponent(cacheName)}/fetches/${fetchId}/abort`;
  try {
    const answer = await fetch(path, { method: 'POST', headers: { 'Slipstream-Token': hello.token } });
    say(answer.ok ? `Fetch ${fetchId} was aborted.` : await answer.text());
  } catch (failure) {
    say(`The request failed: ${failure.message}`);
  }
}

let saying = null;
function say(text) {
  clearTimeout(saying);
  setText($('message'), text);
  $('message').hidden = false;
  saying = setTimeout(() => { $('message').hidden = true; }, RETRY_MILLIS);
}

// ---- the last ends

const OUTCOMES = {
  SUCCESS: ['value', ''],
  ABSENT: ['absent', 'absent'],
  FAILURE: ['failed', 'failure'],
  TIMEOUT: ['timed out', 'timeout'],
  ABANDONED: ['abandoned', 'abandoned'],
};

function makeEnd(end) {
  const row = element('tr');
  const [label, kind] = OUTCOMES[end.outcome] ?? [end.outcome, ''];
  const outcome = element('td', `outcome ${kind}`, label);
  if (end.failure) {
    const type = element('small', '', end.failure.slice(end.failure.lastIndexOf('.') + 1));
    type.title = end.failure;
    outcome.append(type);
  }
  row.append(keyCell(end.key), outcome, element('td', 'number', duration(end.durationMicros)),
      element('td', 'number wide', number.format(end.callers)), element('td', 'number when'));
  showTag(row.cells[0], 'fenced', end.fenced, 'The key was written meanwhile: the result was not stored');
  row.at = end.at;
  return row;
}

function showEnds(cache) {
  const ends = cache.ends ?? [];
  showRows($('ends').tBodies[0], ends, end => `${cache.name} ${end.fetch}`, makeEnd, () => {});
  $('ends').hidden = ends.length === 0;
  $('no-ends').hidden = ends.length > 0 || cache.ends === null;
  $('ends-off').hidden = cache.ends !== null;
  const counts = cache.counts;
  const ended = counts.successes + counts.absents + counts.failures + counts.timeouts + counts.abandoned;
  setText($('ends-note'), ended > 0
      ? `${number.format(ended)} in all, ${duration(counts.fetchMicros / ended)} on average`
      : '');
}

// ---- what changes with time

function showTimes() {
  const since = paused ? 0 : performance.now() - receivedAt;
  const rows = [...$('flights').tBodies[0].rows];
  const oldest = Math.max(1, ...rows.map(row => row.age + since * 1000));
  for (const row of rows) {
    const age = row.age + since * 1000;
    setText(row.cells[1], duration(age));
    row.cells[1].style.setProperty('--part', (age / oldest).toFixed(3));
  }
  const now = chosen().counts.at + since;
  for (const row of $('ends').tBodies[0].rows) {
    setText(row.cells[4], ago(now - row.at));
  }
}

$('pause').addEventListener('click', () => {
  paused = !paused;
  $('pause').setAttribute('aria-pressed', String(paused));
  setText($('pause'), paused ? 'Go on' : 'Pause');
  showLink('waiting', 'waiting for news');
});
addEventListener('hashchange', () => state !== null && show());
setInterval(() => state !== null && source.readyState === EventSource.OPEN && showTimes(), 250);
connect();
