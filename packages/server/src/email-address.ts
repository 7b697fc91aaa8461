import { domainToASCII } from 'node:url';
// Not the whole of validator: every command loads this file.
import validator from 'validator/lib/isEmail.js';

// Spaces, control characters, half surrogate pairs and what nobody sees. A quoted local part may hold all of them, even a line break.
const refused = /["\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
// A domain may be international; its dots may not be.
const otherDots = /[\u3002\uff0e\uff61]/;

/**
 * The one check of e-mail addresses: of partner users, of contacts in an export, on the command line, in the configuration and before a
 * mail is sent. Local part and domain may have letters of any script.
 */
export const isEmailAddress = (text: string): boolean =>
  !refused.test(text) && !otherDots.test(text) && validator.default(text) && domainToASCII(domainOf(text)) !== '';

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
