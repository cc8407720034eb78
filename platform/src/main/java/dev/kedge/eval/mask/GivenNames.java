package dev.kedge.eval.mask;

import java.util.Set;

/**
 * Given names that are common in English, German, French, Spanish, Italian, Dutch, Polish,
 * Portuguese and Scandinavian texts, in small letters. Left out are those that are words, months,
 * places or trade names as well, such as Mark, Rose, April, Charlotte or Oscar.
 */
final class GivenNames {
  static final Set<String> ALL =
      Set.of(
          """
          aaron abigail adam adrian agnes agnieszka ahmed aisha alan albert alberto
          alejandro alessandra alessandro alexander alexandra alexandre alfred alfredo
          alice alicia alina alison allison amanda amelia amy ana anastasia anders
          andrea andreas andreu andrew andrzej andré angela angelika anita anja ann anna
          anne annette annika anthony antoine anton antónio arjun arnaud arthur astrid
          aurélie axel barbara bartosz beata beatrice beatriz ben benedikt benjamin
          bernadette bernard bernd bernhard bert beth bettina beverly birgit birgitta
          björn bob bogdan brandon brenda brian brigitte bruno camille carla carlos
          carmen carol carolin caroline carolyn catarina caterina catherine cathy
          cecilia cecilie charles chiara chloe chloé chris christiane christina
          christine christoph christophe christopher claire clara claudia claudio
          clemens colin connor cornelia cristina curtis cynthia céline damien daniel
          daniela daniele danielle danny darren dave david deborah debra denise dennis
          derek diane dieter dietmar dimitri dirk dmitri dominik dominique donald donna
          doris dorothea dorothy doug douglas edith eduardo edward edwin eileen eleanor
          elena eleonora elias elisa elisabeth elise elizabeth elke ellen elsa emil
          emilia emilie emily emma emmanuel enrique eric erica erich erik erika ernst
          erwin esther ethan eugene eva evelyn ewa fabian fabien fatima federica
          federico felipe fernanda fernando filip filippo fiona francesca francesco
          franck frankie franz franziska françois françoise frederick friedrich fritz
          gabriel gabriela gabriele gary gavin geoffrey george georges gerald gerard
          gerda gerhard gertrud giacomo gianluca gilles giorgio giovanna giovanni gisela
          giulia giuseppe gonzalo gordon greg gregor gregory greta grzegorz guido
          guillaume gunnar gustav günter günther hamza hannah hannes hans harald harold
          harry hassan hector heidi heike heiko heinrich heinz helen helena helene helga
          helmut hendrik henri henrik henry herbert hermann hilda holger horst howard
          hubert hugo ian ibrahim ida ignacio igor ilse ines ingeborg ingo ingrid inès
          irene irina irma isaac isabel isabella isabelle ivan iwona jacek jacob
          jacqueline jacques jaime jakob jakub james jamie jan jana jane janet janice
          janina jasmin javier jean jeanette jeff jeffrey jenna jennifer jenny jens
          jeremy jerome jessica jill joachim joan joanna joao joe joel johan johann
          johanna johannes john johnny jonas jonathan jorge josef joseph joshua josé
          joyce joão juan juana judith judy julia julian juliana julie julien juliette
          justin jérôme jörg jürgen kai karen karin karl karla karolina katarina
          katarzyna kate katharina katherine kathleen kathrin kathryn katie katja katrin
          kazimierz keith kelly kenneth kerstin kevin kim kimberly kirsten klara klaus
          konrad konstantin kristen kristin kristina krystyna krzysztof kurt kyle larry
          lars laura lauren laurent lea leah lena lennart leo leon leonardo leonie
          leslie lidia lillian linda lisa liz lorenzo lothar louise luc luca lucas lucia
          luciano lucie ludwig luigi luis luisa lukas luke lydia léa maciej madeleine
          magdalena malgorzata manfred manuel manuela marc marcel marcin marco marcos
          marcus margaret margarete margarita maria mariana marianne marie marina mario
          marion marisa markus marlene marta martha martin martina martine mary mateusz
          mathias mathieu mathilde matteo matthew matthias maurice mauro maximilian
          małgorzata megan meike melanie melissa michael michaela michał michel michele
          michelle miguel mikael mike mikhail milan mohamed mohammed monica monika
          monique moritz muhammad murielle mustafa myriam nadine nadja nancy natalia
          natalie natasha nathalie nathan nicholas nick nico nicola nicolas nicole niels
          nigel niklas nils nina noah nora norbert olaf oleg olga oliver olivia olivier
          omar oskar pablo paola paolo patricia patrick patrizia paul paula pauline
          paulo pavel peggy peter petra philip philipp philippe phyllis pierre pietro
          piotr priya rachel rafael rafał rainer ralf ralph ramona raphael raquel
          rebecca regina reiner reinhard renate renee ricardo riccardo richard rita
          robert roberta roberto roger roland rolf romain ronald rosa rosemary rosmarie
          roswitha roy rudolf ruth ryan sabine sabrina salvatore samantha samuel sandra
          sandrine sandro sara sarah scott sean sebastian sergei sergio sharon sheila
          shirley siegfried sigrid silke silvia simon simona simone sonia sonja sophia
          sophie stanisław stefan stefania stefanie stefano steffen stella stephan
          stephanie stephen steve steven stuart susan susana susanne suzanne sven
          svetlana sylvia sylvie sylwia sébastien tamara tania tanja tatiana ted teresa
          theodor theresa thomas thorsten tiago tim timothy tina tobias todd tom tomas
          tomasz tommaso toni torsten tracy ulrich ulrike urs ursula uta ute uwe
          valentina valeria valérie vanessa vera veronica veronika victor viktor
          viktoria vincent vincenzo virginie vivian vladimir volker véronique waldemar
          walter waltraud werner wilhelm wilma wojciech wolfgang xavier yannick yasmin
          yolanda yves yvonne zachary zbigniew zoe zofia łukasz
          """
              .strip()
              .split("\\s+"));

  private GivenNames() {}
}
