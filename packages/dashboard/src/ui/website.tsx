/** The website of a customer: a link only if it is one of https. */
export const Website = ({ website }: { website: string }) =>
  /^https:\/\/[^\s/?#@:]+\/?$/.test(website) ? (
    <a href={website} target="_blank" rel="noopener noreferrer">
      {website.replace('https://', '')}
    </a>
  ) : (
    website
  );
