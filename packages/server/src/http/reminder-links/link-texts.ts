// Long: every text of the pages behind links, in both languages.
import type { ReminderKind, ReminderLanguage } from '../../reminder/reminder-kind.ts';

/** A text with names and dates in it. `{name}` stands for a value of that name. */
export type Texts = typeof en;

const en = {
  notValid: {
    title: 'This link is no longer valid',
    text: 'It has expired, or its matter has ended. Nothing was changed. The latest e-mail and the dashboard show what can still be done.',
  },
  busy: { title: 'Too many requests', text: 'Nothing was changed. Wait a moment, then load this page again.' },
  unavailable: { title: 'Not available right now', text: 'Nothing was changed. Wait a moment, then open the link again.' },
  malformed: { title: 'The form is incomplete', text: 'Nothing was changed. Open the link in the e-mail again.' },

  customer: 'Customer',
  product: 'Product',
  lastDay: 'Last day to decide',
  takesEffect: 'Takes effect on',
  terms: 'Terms',
  today: 'Today',
  afterChange: 'After the change',
  unchanged: 'The terms stay as they are.',
  actor: 'You act as {user} of {partner}, on behalf of the customer. The history of the customer will show it.',
  nothingYet: 'Nothing happens until you press the button.',
  changedMeanwhile: 'Somebody changed this after you opened the page. Check it, then press the button again.',

  ACCEPT: {
    title: 'Record acceptance?',
    consequence: {
      RENEWAL: 'You record that the customer accepts the renewal. The contract renews on {date}.',
      CONTACT_TIER_UPGRADE: 'You record that the customer accepts the contact upgrade. It applies from {date}.',
      EMAIL_OVERAGE: 'You record that the customer accepts the higher email limit. It applies from {date}.',
    },
    replaces: 'A cancellation was requested on {date} by {by}. Acceptance withdraws it.',
    button: 'Record acceptance',
    doneTitle: 'Acceptance is recorded',
    done: 'Recorded on {date} by {by}.',
    lateTitle: 'It is too late to accept',
  },
  REQUEST_CANCELLATION: {
    title: 'Request cancellation?',
    consequence: {
      RENEWAL: 'You record that the customer requests cancellation. The contract then ends on {date}.',
      CONTACT_TIER_UPGRADE: 'You record that the customer requests cancellation. The contact upgrade then does not apply.',
      EMAIL_OVERAGE: 'You record that the customer requests cancellation. The higher email limit then does not apply.',
    },
    replaces: 'Acceptance was recorded on {date} by {by}. A cancellation takes its place.',
    button: 'Request cancellation',
    doneTitle: 'Cancellation is requested',
    done: 'Recorded on {date} by {by}.',
    lateTitle: 'It is too late for a cancellation',
  },
  until: 'This can be changed in the dashboard through {day}.',
  late: {
    RENEWAL: 'The last day to decide was {day}. The contract renews on {date}.',
    RENEWAL_CANCELLED: 'The last day to decide was {day}. A cancellation was requested, so the contract ends on {date}.',
    OTHER: 'The last day to decide was {day}. The change takes effect on {date} if the customer accepted it.',
  },
  lateHelp: 'The vendor can tell what else is possible.',
  lateNext: 'The next renewal that can be cancelled is that of {date}. Request it in the dashboard, or ask the vendor.',
  notOwner: {
    title: 'The vendor talks to this customer',
    text: 'Only the communication owner records decisions. Make {partner} the communication owner in the dashboard, then open this link again.',
  },
  notAllowed: {
    title: 'Your role cannot record decisions',
    text: 'A manager or administrator of {partner} can. Forward the facts, not the e-mail: its links act in your name.',
  },

  snooze: {
    title: 'Remind you later?',
    text: 'You get no reminder of this change until then. Other people still get theirs.',
    tomorrow: 'Tomorrow ({day})',
    in3: 'In 3 days ({day})',
    in7: 'In a week ({day})',
    date: 'On another day',
    button: 'Remind me then',
    doneTitle: 'You get a reminder later',
    done: 'The next reminder of this change comes on {day}, if it still needs a decision.',
    change: 'Choose another day:',
    wrongDate: 'Choose a day from {first} to {last}.',
    tooLate: 'Today is the last day to decide, so there is no later reminder.',
    nothingLeft: { title: 'Nothing is left to decide', text: 'No further reminder of this change comes.' },
  },

  unsubscribe: {
    title: 'Stop these e-mails?',
    text: '{partner} then sends no more {kind} to {address}. Other e-mails still come.',
    button: 'Stop these e-mails',
    doneTitle: 'These e-mails have stopped',
    done: '{partner} sends no more {kind} to {address}.',
    undo: 'Get these e-mails again',
    noUndo: '{partner} can start them again for you.',
    resumedTitle: 'You get these e-mails again',
    resumed: '{partner} sends {kind} to {address} again.',
    test: { title: 'This was a test', text: 'A test e-mail has no subscription, so there is nothing to stop.' },
    kinds: {
      DEADLINE_REMINDER: 'reminders before a deadline',
      CUSTOMER_NOTICE: 'notices about your contract',
      AFTER_DEADLINE: 'e-mails after a deadline',
      ON_EFFECTIVE_DATE: 'e-mails after a deadline',
      WEEKLY_DIGEST: 'weekly overviews',
      TEST: 'test e-mails',
    } satisfies Record<ReminderKind, string>,
  },
};

const de: Texts = {
  notValid: {
    title: 'Dieser Link gilt nicht mehr',
    text: 'Er ist abgelaufen, oder seine Angelegenheit ist beendet. Es wurde nichts geändert. Was noch möglich ist, zeigen die neueste E-Mail und das Dashboard.',
  },
  busy: { title: 'Zu viele Anfragen', text: 'Es wurde nichts geändert. Warten Sie einen Moment und laden Sie die Seite neu.' },
  unavailable: {
    title: 'Zurzeit nicht verfügbar',
    text: 'Es wurde nichts geändert. Warten Sie einen Moment und öffnen Sie den Link noch einmal.',
  },
  malformed: { title: 'Das Formular ist unvollständig', text: 'Es wurde nichts geändert. Öffnen Sie den Link in der E-Mail noch einmal.' },

  customer: 'Kunde',
  product: 'Produkt',
  lastDay: 'Letzter Tag zum Entscheiden',
  takesEffect: 'Gilt ab',
  terms: 'Bedingung',
  today: 'Heute',
  afterChange: 'Nach der Änderung',
  unchanged: 'Die Vertragsbedingungen bleiben, wie sie sind.',
  actor: 'Sie handeln als {user} von {partner} im Namen des Kunden. Der Verlauf des Kunden hält das fest.',
  nothingYet: 'Erst ein Klick auf die Schaltfläche löst etwas aus.',
  changedMeanwhile:
    'Seit Sie die Seite geöffnet haben, hat jemand etwas geändert. Prüfen Sie die Angaben und klicken Sie dann noch einmal.',

  ACCEPT: {
    title: 'Zustimmung erfassen?',
    consequence: {
      RENEWAL: 'Sie erfassen, dass der Kunde der Verlängerung zustimmt. Der Vertrag verlängert sich am {date}.',
      CONTACT_TIER_UPGRADE: 'Sie erfassen, dass der Kunde dem Kontakt-Upgrade zustimmt. Es gilt ab {date}.',
      EMAIL_OVERAGE: 'Sie erfassen, dass der Kunde dem höheren E-Mail-Limit zustimmt. Es gilt ab {date}.',
    },
    replaces: 'Am {date} hat {by} die Kündigung beantragt. Die Zustimmung zieht den Antrag zurück.',
    button: 'Zustimmung erfassen',
    doneTitle: 'Die Zustimmung ist erfasst',
    done: 'Erfasst am {date} von {by}.',
    lateTitle: 'Für eine Zustimmung ist es zu spät',
  },
  REQUEST_CANCELLATION: {
    title: 'Kündigung beantragen?',
    consequence: {
      RENEWAL: 'Sie erfassen, dass der Kunde kündigen möchte. Der Vertrag endet dann am {date}.',
      CONTACT_TIER_UPGRADE: 'Sie erfassen, dass der Kunde kündigen möchte. Das Kontakt-Upgrade entfällt dann.',
      EMAIL_OVERAGE: 'Sie erfassen, dass der Kunde kündigen möchte. Das höhere E-Mail-Limit entfällt dann.',
    },
    replaces: 'Am {date} hat {by} die Zustimmung erfasst. Die Kündigung tritt an ihre Stelle.',
    button: 'Kündigung beantragen',
    doneTitle: 'Die Kündigung ist beantragt',
    done: 'Erfasst am {date} von {by}.',
    lateTitle: 'Für eine Kündigung ist es zu spät',
  },
  until: 'Das lässt sich bis einschließlich {day} im Dashboard ändern.',
  late: {
    RENEWAL: 'Der letzte Tag zum Entscheiden war {day}. Der Vertrag verlängert sich am {date}.',
    RENEWAL_CANCELLED: 'Der letzte Tag zum Entscheiden war {day}. Die Kündigung ist beantragt, also endet der Vertrag am {date}.',
    OTHER: 'Der letzte Tag zum Entscheiden war {day}. Die Änderung gilt ab {date}, falls der Kunde ihr zugestimmt hat.',
  },
  lateHelp: 'Was noch möglich ist, weiß der Anbieter.',
  lateNext:
    'Die nächste Verlängerung, die sich noch kündigen lässt, ist die vom {date}. Beantragen Sie das im Dashboard oder fragen Sie den Anbieter.',
  notOwner: {
    title: 'Mit diesem Kunden spricht der Anbieter',
    text: 'Entscheidungen erfasst nur der Kommunikations-Bearbeiter. Machen Sie {partner} im Dashboard zum Kommunikations-Bearbeiter und öffnen Sie diesen Link dann noch einmal.',
  },
  notAllowed: {
    title: 'Ihre Rolle darf keine Entscheidungen erfassen',
    text: 'Das kann jemand von {partner} mit der Rolle Manager oder Administrator. Leiten Sie nur die Angaben weiter, nicht die E-Mail: Ihre Links handeln in Ihrem Namen.',
  },

  snooze: {
    title: 'Später erinnern?',
    text: 'Bis dahin erhalten Sie zu dieser Änderung keine Erinnerung. Andere Personen erhalten ihre weiterhin.',
    tomorrow: 'Morgen ({day})',
    in3: 'In 3 Tagen ({day})',
    in7: 'In einer Woche ({day})',
    date: 'An einem anderen Tag',
    button: 'Dann erinnern',
    doneTitle: 'Sie werden später erinnert',
    done: 'Die nächste Erinnerung zu dieser Änderung kommt am {day}, falls dann noch eine Entscheidung fehlt.',
    change: 'Einen anderen Tag wählen:',
    wrongDate: 'Wählen Sie einen Tag vom {first} bis zum {last}.',
    tooLate: 'Heute ist der letzte Tag zum Entscheiden, darum gibt es keine spätere Erinnerung.',
    nothingLeft: { title: 'Es ist nichts mehr zu entscheiden', text: 'Zu dieser Änderung kommt keine Erinnerung mehr.' },
  },

  unsubscribe: {
    title: 'Diese E-Mails abbestellen?',
    text: '{partner} schickt dann keine {kind} mehr an {address}. Andere E-Mails kommen weiterhin.',
    button: 'Diese E-Mails abbestellen',
    doneTitle: 'Diese E-Mails sind abbestellt',
    done: '{partner} schickt keine {kind} mehr an {address}.',
    undo: 'Diese E-Mails wieder erhalten',
    noUndo: '{partner} kann sie für Sie wieder einschalten.',
    resumedTitle: 'Sie erhalten diese E-Mails wieder',
    resumed: '{partner} schickt wieder {kind} an {address}.',
    test: { title: 'Das war ein Test', text: 'Eine Test-E-Mail gehört zu keinem Abonnement. Es gibt also nichts abzubestellen.' },
    kinds: {
      DEADLINE_REMINDER: 'Erinnerungen vor einer Frist',
      CUSTOMER_NOTICE: 'Hinweise zu Ihrem Vertrag',
      AFTER_DEADLINE: 'E-Mails nach einer Frist',
      ON_EFFECTIVE_DATE: 'E-Mails nach einer Frist',
      WEEKLY_DIGEST: 'Wochenübersichten',
      TEST: 'Test-E-Mails',
    },
  },
};

export const linkTexts: Readonly<Record<ReminderLanguage, Texts>> = { en, de };
