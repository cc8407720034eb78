package dev.kedge.eval.mask;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Words of every day that stand where a name might stand, and are none. */
final class OrdinaryWords {
  /* Hardly anybody's name, so that a capital changes nothing. */
  private static final Set<String> NEVER =
      words(
          """
          god a aber about above account across actually
          additionally address after again against all alright also alternatively am and
          another any anybody anyone anyway anywhere apparently april around as at auf august
          aus away back basically be became because become been before behind bei below beside
          besides between bitte both but by call can can't cannot card could couldn't
          currently customer customers damen danke december did didn't do does doesn't doing
          don't dr during each either email enough even ever every everybody everyone
          everything everywhere excuse february finally first firstly folks for frau friday
          from für get getting give go going got greetings haben had hallo has hasn't hat have
          haven't having he hello hence her here herr herren hers hi him himself hopefully how
          however i i'd i'll i'm i've id if in instead into is isn't ist it it's its itself ja
          january july june just kedge kein keine kunde kunden ladies last lastly least let
          let's like madam madame made make many march maybe me meanwhile mein meine miss
          mister mit monday monsieur more most mr mrs ms much must my myself nach name need
          needs nein never nevertheless next nicht no nobody none nor not nothing november now
          october oder of off often ok okay on once only or other otherwise our ours out over
          own paid pay perhaps phone please prof put really recently regardless reply same
          saturday say secondly see seem seit send sent september service several she
          shouldn't show since sind sir sirs so some somebody someone something somewhere soon
          sorry still such sunday support sure take team than thank thanks that the their them
          then there therefore they things think this those though through thursday thus to
          today tomorrow tonight too try tuesday und under unfortunately unless until up upon
          urgent us use used using very via von wann want wants warum was wasn't way we we're
          we've wednesday well wer were weren't what whatever when where whether which while
          who whom whose why wie will with without wo won't would wouldn't yes yesterday yet
          you you'll you're you've your yours yourself zu zum zur
          """);

  /* Surnames with a capital, and words without one. */
  private static final Set<String> SMALL =
      words(
          """
          abend accounts afternoon agent ago along among an asap bank being bring came cards
          cash cashier change chat check close code come company contact credit date day days
          debit delivery department desk done down evening fan fee fees few find form found
          gets given gives goes gone good great guardian guest guten help his how's
          information inside internet invoice item items keep know later left less link live
          lived lives login look looking mail makes manager message mine mobile money month
          months morgen morning near new night number office old one online order orders
          package parcel passcode password payment people person pin price product products
          purchase question quick ready receipt refund refunds representative right said sales
          saw says seems seen shall shan't shipment shop should start stay store system tag
          taken thing ticket times together told took total toward transaction transactions
          transfer transfers turn two update user war website week weeks why's within work
          worked works year years
          """);

  private OrdinaryWords() {}

  private static Set<String> words(String text) {
    return new HashSet<>(List.of(text.strip().split("\\s+")));
  }

  /** Whether it is no name, in whatever case of letters, with straight or curly apostrophe. */
  static boolean never(String word) {
    return NEVER.contains(word.toLowerCase(Locale.ROOT).replace('’', '\''));
  }

  /** Whether it is no name if it is written without a capital. */
  static boolean small(String word) {
    return never(word) || SMALL.contains(word.replace('’', '\''));
  }
}
