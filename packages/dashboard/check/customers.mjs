// The customers of most journeys, told in days from today: each type and status, and days at every edge.

/** @type {readonly object[]} */
export const customers = [
  { name: 'Ärzte Nord eG', hasContact: true, host: 'aerztenord.example', renewal: 45, mrr: '1240.00', newMrr: '1390.00', owner: 'PARTNER' },
  { name: 'Bäckerei Müller', hasContact: true, host: 'www.baeckerei-mueller.example', renewal: 52, mrr: '640.00', owner: 'PARTNER' },
  {
    name: 'Cobalt Cycling', hasContact: true,
    host: 'cobaltcycling.example',
    renewal: 200,
    mrr: '890.00',
    currency: 'USD',
    upgrade: { day: 9, contacts: 5000, mrr: '1150.00' },
    owner: 'PARTNER',
  },
  { name: 'Delta Dental', host: 'deltadental.example', renewal: 59, mrr: '2480.00', newMrr: '2610.00', currency: 'USD' },
  { name: 'Fjord Fisch', hasContact: true, host: 'fjordfisch.example', renewal: 1, mrr: '77.70' },
  { name: 'Granite Gym', hasContact: true, host: 'granitegym.example', renewal: 60, mrr: '310.00', accepted: -24 },
  { name: 'Harbour Hotels', hasContact: true, host: 'harbourhotels.example', renewal: 54, mrr: '4020.00', currency: 'GBP', cancelled: -8, owner: 'PARTNER' },
  {
    name: 'Ionic Labs', hasContact: true,
    host: 'ioniclabs.example',
    renewal: 150,
    mrr: '520.00',
    currency: 'USD',
    overage: { day: 5, limit: 60_000, mrr: '610.00', accepted: -6 },
  },
  { name: 'Juniper Joinery', hasContact: true, host: 'juniper.example', renewal: 83, mrr: '215.00', currency: 'GBP', billing: 'quarterly', term: 24 },
  { name: 'Kestrel Kites', host: 'kestrelkites.example', renewal: 97, mrr: '99.00', newMrr: '129.00', billing: 'semi-annually', term: 6 },
  {
    name: 'Lumen Lighting',
    host: 'lumenlighting.example',
    renewal: 170,
    mrr: '1020.00',
    overage: { day: 20, limit: 90_000, mrr: '1310.00' },
  },
  { name: 'Mango Monthly', hasContact: true, host: 'mango.example', renewal: 12, mrr: '29.00', billing: 'monthly', term: 1, owner: 'PARTNER' },
  { name: 'Nimbus Networks', hasContact: true, host: 'nimbus.example', renewal: 120, mrr: '760.00', billing: 'other (3)', term: 3 },
  { name: 'Opal Outside', host: 'opal.example', renewal: 121, mrr: '450.00' },
  { name: 'Quill & Sons', renewal: 44, mrr: '132.00' },
  { name: 'Rhönrad Reisen', host: 'rhoenrad.example', renewal: 46, mrr: '333.33' },
];
