// npm run setup:system: installs what the suites of tests need from Debian's packages, and builds the Linux guest.
// It may be run as often as one likes: what is there is left alone.

import {
  addSuite,
  install,
  installedVersions,
  isAtLeast,
  mayInstall,
  offeredVersions,
  readOsRelease,
  SetupError,
  updateLists,
} from './apt.mjs';
import { buildGuestImage, fetchGuestKernel, hasGuestKernel, isBuilt } from './guest-image.mjs';

const QEMU = 'qemu-system-x86';
/** vhost-user-snd-pci came with this version. */
const QEMU_LEAST = '1:9.0';

/** What the suites need; names of one row are one package before and after a rename. */
const NEEDED = [
  ['chromium'],
  ['pulseaudio'],
  ['pulseaudio-utils'],
  ['libasound2t64', 'libasound2'],
  ['libasound2-plugins'],
  ['alsa-utils'],
  ['busybox-static'],
  ['xz-utils'],
  ['gcc'],
  ['libc6-dev'],
  ['tshark'],
  ['xvfb'],
  ['xauth'],
];

try {
  await setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`ringside: ${error.message}`);
  process.exitCode = 1;
}

async function setUp() {
  const startedMs = Date.now();
  checkDistribution();
  const isComplete = missingPackages().length === 0 && hasQemu();
  if (!isComplete || !hasGuestKernel()) await fetchWhatIsMissing(isComplete);
  buildImage();
  say(`ready after ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

function checkDistribution() {
  const { ID = process.platform, ID_LIKE = '' } = readOsRelease();
  if (/\b(debian|ubuntu)\b/.test(`${ID} ${ID_LIKE}`)) return;
  throw new SetupError(
    `this set-up knows Debian and Ubuntu, not ${ID}. Install by hand: ${QEMU} of version 9 or newer, ` +
      `${NEEDED.map((names) => names[0]).join(', ')}. The tests that lack something say so and are skipped.`,
  );
}

async function fetchWhatIsMissing(isComplete) {
  if (!isComplete && !mayInstall()) {
    const names = [
      ...missingPackages().map((row) => row[0]),
      ...(hasQemu() ? [] : [`${QEMU} (9 or newer)`]),
    ];
    throw new SetupError(
      `not root and no sudo here. Have these installed, then run again: ${names.join(', ')}`,
    );
  }
  if (mayInstall()) await updateAllLists();
  await installPackages();
  if (!hasQemu()) await installQemu();
  if (!hasGuestKernel()) await fetchKernel();
}

/** One source of several may be out of order without being needed: whether it was, installing will show. */
async function updateAllLists() {
  try {
    await updateLists();
  } catch (error) {
    say(`going on with the package lists that are there: ${error.message}`);
  }
}

/** Rows of NEEDED of which no name is installed. */
function missingPackages() {
  const installed = installedVersions(NEEDED.flat());
  return NEEDED.filter((names) => !names.some((name) => installed.has(name)));
}

async function installPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const offered = new Set(offeredVersions(missing.flat()).map((row) => row.name));
  const chosen = missing.map((names) => names.find((name) => offered.has(name)));
  const absent = missing.filter((_, index) => !chosen[index]).map((names) => names[0]);
  if (absent.length > 0)
    say(`not offered by this distribution, so their tests are skipped: ${absent.join(', ')}`);
  const names = chosen.filter(Boolean);
  say(`installing ${names.join(', ')}`);
  if (names.length > 0) await install(names);
}

function hasQemu() {
  const version = installedVersions([QEMU]).get(QEMU);
  return version !== undefined && isAtLeast(version, QEMU_LEAST);
}

/** From the distribution's own suite where that is new enough, else from its backports. */
async function installQemu() {
  const { VERSION_CODENAME: codename, ID } = readOsRelease();
  const backports = `${codename}-backports`;
  if (!newQemuOffered() && ID === 'debian') {
    say(`${codename} has an old QEMU: adding the suite ${backports}`);
    const listOptions = await addSuite(codename, backports);
    if (listOptions) await updateLists(listOptions);
  }
  const offer = newQemuOffered();
  if (!offer)
    return say('no QEMU of version 9 or newer is offered, so the guest tests are skipped');
  const isOnlyInBackports = offer.suite.startsWith(backports);
  await install([QEMU], isOnlyInBackports ? ['-t', backports] : []);
}

function newQemuOffered() {
  const offers = offeredVersions([QEMU]).filter((offer) => isAtLeast(offer.version, QEMU_LEAST));
  return offers.find((offer) => !offer.suite.includes('-backports')) ?? offers[0];
}

async function fetchKernel() {
  say("fetching the guest's kernel");
  await fetchGuestKernel();
}

function buildImage() {
  if (isBuilt()) return;
  say("building the guest's image");
  buildGuestImage();
}

function say(message) {
  console.log(`ringside: ${message}`);
}
