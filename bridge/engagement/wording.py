"""What the figures are called and what they mean, in French and English: for commands and pages alike."""

from __future__ import annotations

from bridge.engagement.blog import METRICS

NOT_ENOUGH_DATA = {"en": "not enough data", "fr": "pas assez de données"}
FIGURE_NAMES = {
    "comments": ("Comments", "Commentaires"),
    "posts": ("Posts", "Billets"),
    "comments_per_post": ("Comments per post", "Commentaires par billet"),
    "conversation_rate": ("Posts with a conversation", "Billets avec conversation"),
    "unique_commenters": ("Commenters", "Personnes qui commentent"),
    "new_commenters": ("New commenters", "Nouvelles personnes"),
    "returning_commenters": ("Returning commenters", "Personnes revenues"),
    "regulars": ("Regulars", "Personnes fidèles"),
    "h_index_commenters": ("h-index of commenters", "Indice h des personnes"),
    "h_index_posts": ("h-index of posts", "Indice h des billets"),
    "reply_rate": ("Answered within 7 days", "Réponses en 7 jours"),
    "reply_time_median_hours": ("Hours until half are answered", "Heures jusqu'à la moitié des réponses"),
    "reply_time_p90_hours": ("Hours until nine of ten are answered", "Heures jusqu'à neuf réponses sur dix"),
    "thread_depth": ("Depth of threads", "Profondeur des fils"),
    "back_and_forth": ("Back and forth", "Va-et-vient"),
    "gini": ("Inequality of comments (Gini)", "Inégalité des commentaires (Gini)"),
    "top_decile_share": ("Share of the most active tenth", "Part du dixième le plus actif"),
    "substance": ("Comments of substance", "Commentaires de fond"),
    "held_out_spam": ("Held out as spam", "Écartés comme pourriel"),
    "waiting": ("Waiting for an answer", "En attente d'une réponse"),
    "disclosure_resonance": (
        "Telling of experience goes with comments",
        "Partager son vécu va de pair avec les commentaires",
    ),
    "disclosure_relevance": (
        "Telling of experience goes with relevance",
        "Partager son vécu va de pair avec la pertinence",
    ),
}
FRENCH_DEFINITIONS = {
    "comments": "Commentaires comptés : approuvés, de lecteurs, sans échos, répétitions ni pourriel écarté.",
    "posts": "Billets publiés dans la période par les auteurs qui participent.",
    "comments_per_post": "Nombre moyen de commentaires dans les 14 jours suivant la publication, sur les billets "
    "publiés entre le début de la période moins 14 jours et sa fin moins 14 jours : chaque billet a eu le même "
    "temps.",
    "conversation_rate": "Part de ces billets qui ont eu au moins un commentaire en 14 jours. Intervalle de Wilson à "
    "95 %.",
    "unique_commenters": "Personnes distinctes (selon le code propre au blogue) parmi les commentaires comptés ; les "
    "anonymes sont à part.",
    "new_commenters": "Personnes dont le tout premier commentaire compté sur le blogue est dans la période.",
    "returning_commenters": "Personnes qui ont un commentaire dans la période et un autre, au moins un jour avant, "
    "sous un autre billet.",
    "regulars": "Personnes qui ont commenté au moins 3 billets distincts, sur au moins 3 jours distincts de la "
    "période.",
    "h_index_commenters": "Le plus grand h tel que h personnes ont commenté au moins h billets distincts chacune, "
    "dans la période.",
    "h_index_posts": "Le plus grand h tel que h billets ont reçu des commentaires d'au moins h personnes distinctes "
    "chacun, dans la période.",
    "reply_rate": "Part des commentaires de lecteurs en tête de fil auxquels l'auteur du billet a répondu "
    "(directement ou juste après dans le fil) en 7 jours, parmi ceux qui étaient là depuis 7 jours à minuit UTC. "
    "Intervalle de Wilson à 95 %.",
    "reply_time_median_hours": "Heures jusqu'à ce que la moitié de ces commentaires ait une réponse ; ceux qui n'en "
    "ont pas comptent comme attendant encore (Kaplan-Meier).",
    "reply_time_p90_hours": "Heures jusqu'à ce que neuf de ces commentaires sur dix aient une réponse (Kaplan-Meier) "
    "; rien tant que trop attendent.",
    "thread_depth": "Profondeur moyenne en niveaux (un commentaire vaut 1, une réponse 2) des fils de la période qui "
    "ont au moins une réponse.",
    "back_and_forth": "Part des fils de la période avec réponse où l'auteur, un lecteur puis l'auteur ont parlé. "
    "Intervalle de Wilson à 95 %.",
    "gini": "Combien les commentaires sont inégalement répartis : 0 tous pareils, près de 1 peu de personnes "
    "écrivent presque tout. À partir de 10 personnes.",
    "top_decile_share": "Part des commentaires écrite par le dixième le plus actif des personnes. À partir de 10 "
    "personnes.",
    "substance": "Part des commentaires d'au moins 25 mots qui montrent une réflexion (un thème du billet d'après "
    "ses 100 premiers mots, du vécu ou de l'appris, une question, un lien vers une source), ou marqués comme "
    "éclairants. Intervalle de Wilson à 95 %.",
    "held_out_spam": "Commentaires approuvés laissés hors des chiffres parce que deux signes de pourriel ou plus se "
    "sont trouvés ensemble.",
    "waiting": "Commentaires de lecteurs de la période, en tête de fil, auxquels l'auteur du billet n'a pas répondu.",
    "disclosure_resonance": "Si les billets qui partagent du vécu vont de pair avec plus de commentaires : parmi tous "
    "les billets qui avaient eu 14 jours à minuit UTC, le tiers qui partage le plus comparé aux autres, par la "
    "corrélation bisérielle de rang de leurs commentaires en 14 jours (de -1 à 1 ; 0 : aucune différence). Va de pair, "
    "sans dire de cause. À partir de 10 billets par groupe. Intervalle de DeLong à 95 %.",
    "disclosure_relevance": "De même pour la proximité des commentaires avec leur billet (cosinus médian), sur les "
    "billets dont les commentaires sont assez longs. À partir de 10 billets par groupe. Intervalle de DeLong à 95 %.",
}
ENGLISH_DEFINITIONS = {metric.key: metric.definition for metric in METRICS}


def figure_name(key: str, language: str) -> str:
    """What a figure is called; English for languages that are not spoken here."""
    return FIGURE_NAMES[key][language == "fr"]


def figure_definition(key: str, language: str) -> str:
    """What it means."""
    return FRENCH_DEFINITIONS[key] if language == "fr" else ENGLISH_DEFINITIONS[key]
