"""Posts for the stories: written for them, in French and English, on subjects that overlap."""

from __future__ import annotations

CASH = (
    (
        "La trésorerie du premier hiver",
        "Mon premier hiver d'artisane m'a appris la trésorerie à la dure. Trois factures "
        "impayées, un loyer d'atelier en janvier, et la banque qui ne répondait plus. J'ai commencé à relancer mes clients "
        "chaque lundi matin, à demander un acompte de trente pour cent, et à garder deux mois de charges de côté.",
    ),
    (
        "Demander un acompte sans rougir",
        "Un acompte n'est pas une marque de méfiance. Quand j'ai osé demander trente pour "
        "cent à la commande, mes factures impayées ont fondu et ma trésorerie est devenue lisible. Les clients sérieux paient "
        "l'acompte, les autres disparaissent avant de coûter cher à l'atelier.",
    ),
    (
        "Fixer ses prix quand on a peur",
        "Pendant deux ans j'ai fixé mes prix en regardant ceux du voisin. Résultat : des "
        "marges ridicules et une trésorerie exsangue. Aujourd'hui je calcule mes charges, mon salaire, puis mes prix, et je "
        "les annonce sans m'excuser. Les clients restent, et les factures sont payées.",
    ),
    (
        "Relancer une facture impayée",
        "Ma première relance tremblait. Maintenant j'ai une routine : un rappel à l'échéance, "
        "un appel après huit jours, une mise en demeure après un mois. La trésorerie de l'atelier ne dépend plus de ma timidité, "
        "et les clients respectent davantage mes prix et mes factures.",
    ),
    (
        "Le tableau qui a sauvé mon atelier",
        "Un simple tableau de trésorerie, semaine par semaine, a sauvé mon atelier. On y "
        "voit les acomptes, les factures, les charges, le salaire. Quand un mois s'annonce rouge, je relance les clients et je "
        "décale une dépense au lieu de prier.",
    ),
)
HIRING = (
    (
        "Embaucher ma première employée",
        "Embaucher fait peur : un salaire fixe, des charges, et la trésorerie qui doit suivre. "
        "J'ai attendu six mois de trop. Avec un tableau de trésorerie et des acomptes, j'ai pu promettre un salaire et tenir "
        "parole, même quand deux clients ont payé leurs factures en retard.",
    ),
    (
        "Les prix après une embauche",
        "Une embauche change les prix. Il faut compter les charges, le temps de formation, les "
        "congés. J'ai refait mes calculs, augmenté mes prix de quinze pour cent, expliqué pourquoi à mes clients, et surveillé "
        "la trésorerie chaque semaine.",
    ),
    (
        "Former sans tout refaire soi-même",
        "Au début je refaisais derrière mon apprentie. J'ai appris à former : montrer, "
        "laisser faire, corriger ensemble. L'atelier y a gagné du temps, les clients des délais, et la trésorerie un souffle.",
    ),
    (
        "Quand une embauche échoue",
        "J'ai raté ma deuxième embauche : annonce floue, entretien bâclé, charges sous-estimées. "
        "La trésorerie a souffert trois mois. J'en ai tiré une grille d'entretien, une période d'essai honnête, et un fonds de "
        "salaire de deux mois.",
    ),
    (
        "Partager les factures et les chiffres",
        "Je montre désormais le tableau de trésorerie à l'équipe : les factures, les "
        "acomptes, les charges, les prix. Depuis, chacun relance ses clients, et les impayés ont été divisés par deux.",
    ),
)
ENGLISH = (
    (
        "Pricing my first workshop",
        "I priced my first workshop by guessing, and cash flow taught me the rest. Unpaid invoices "
        "and a deposit I never asked for almost closed the studio. Now every client pays a deposit, and my prices cover rent.",
    ),
    (
        "Chasing invoices without shame",
        "Chasing unpaid invoices felt rude until the rent bounced. I now remind every client "
        "on the due date, call after a week, and cash flow has become boring, which is what a studio needs.",
    ),
    (
        "Hiring before I was ready",
        "Hiring my first employee frightened me: wages every month, and invoices that come late. "
        "A cash flow table and a deposit policy made the wages possible. My prices had to rise before the first day.",
    ),
    (
        "Deposits are kindness",
        "A deposit protects both sides. Clients who pay a deposit answer emails, decide sooner, and "
        "never leave unpaid invoices behind. My studio's cash flow doubled its safety in a season.",
    ),
)
# Long enough to be known again on another blog.
LONG = tuple(
    (f"{texts[0][0]}, le récit entier", "\n".join(text for _, text in texts[start:]))
    for texts in (CASH, HIRING)
    for start in (0, 2)
)


def html(text: str) -> str:
    """As the block editor writes it."""
    return f"<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->"


FERMENTS = (
    (
        "Mon premier kombucha vendu",
        "J'ai vendu mon premier kombucha au marché de Rimouski, avec un kimchi trop salé. Le koji "
        "est venu plus tard, et le tempeh encore après. La fermentation demande du temps, et les clients aussi. J'ai tout lu "
        'sur <a href="https://www.fermentation-guild.example/koji">ce site</a> avant de commencer.',
    ),
    (
        "Le koji en sous-sol",
        "Un sous-sol à trente degrés, du koji sur de l'orge, et une voisine qui croit à une fuite. Le miso "
        "attend deux ans. Pendant ce temps je vends du kimchi et du kefir pour payer le chauffage.",
    ),
    (
        "Tempeh pour les cantines",
        "Trois cantines ont voulu du tempeh chaque semaine. J'ai appris à dire non : la fermentation "
        "ne suit pas un calendrier scolaire, le kombucha non plus. Le kefir, lui, pardonne tout.",
    ),
    (
        "Étiqueter un kefir",
        "L'étiquette d'un kefir doit dire le sucre, celle d'un kombucha l'alcool. J'ai refait les miennes "
        "trois fois, et le kimchi quatre. Le miso n'a jamais posé de question à personne.",
    ),
)
FERMENTS_ENGLISH = (
    (
        "Koji in a rented kitchen",
        "The landlord smelled the koji first, then the kimchi, and then he smelled money. We make miso "
        "and tempeh in a rented kitchen at night, and kombucha on Sundays when nobody bakes. Everything we know came from "
        '<a href="https://fermentation-guild.example/start">a guild</a> that answers letters.',
    ),
    (
        "Selling kefir to offices",
        "Offices buy kefir by the crate and forget to return the bottles. We lost a summer of "
        "deposits before we asked for cards on file. Kombucha sells better there, tempeh not at all.",
    ),
    (
        "What fermentation taught our accounts",
        "Fermentation is slow and rent is monthly. A miso we start today pays in two "
        "years, so kimchi and kefir have to carry it. Our accountant calls it a cellar, not a company.",
    ),
    (
        "Labels that tell the truth",
        "A label for kombucha must name the alcohol, and ours did not. We threw away four thousand "
        "of them, and the tempeh ones too. Now a stranger reads each label before it is printed.",
    ),
)
