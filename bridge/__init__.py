"""The mentor bridge: blogs in, mentors back.

::

     a WordPress blog (plugin)                      the bridge (Flask)                                    other blogs
     ─────────────────────────                      ──────────────────                                    ───────────
     post / comment / author saved                  webhooks/   verify, store, 202
       → outbox row (same DB)  ── signed POST ───▶  storage/    deliveries: the inbox, durable
       → drained after the response                 worker/     absorb ▸ refresh ▸ tally ▸ push
                                                       text/        words, language, remarks   (pure)
                                                       mentors/     profile, related, why      (pure)
                                                       engagement/  commenters, posts, blog    (pure)
     post meta, options  ◀── XML-RPC or REST ─────  wordpress/  related mentors, figures  ─────────▶  post meta, options
     block / shortcode / wp-admin                   dashboard/  a blogger's pages, signed in from wp-admin
                                                    bank/       what everybody may see

The blog is the place of truth for content and consent; the bridge for profiles, relations and statistics.
A page view on a blog never calls the bridge. The web side (``webhooks``, ``dashboard``, ``bank``) and
the work side (``worker``) meet only in the database: ``storage`` holds what arrived, what follows from it, and when
each piece of work is due. Whatever is killed at any moment finds its work again there.

Layers, from the top: ``cli`` › ``server`` › ``app`` › ``web | webhooks | dashboard | bank | worker`` ›
``operations`` › ``runtime`` › ``pages | storage | wordpress`` › ``mentors | engagement | asks`` › ``text | contract`` ›
``signing | config | logs`` › ``proxies | model | pushes | printable | words`` › ``errors | legible | language_tags``.
``evaluation`` and ``load`` measure, each for a command alone, beside ``app``. ``server`` starts processes,
``runtime`` is what each of them is made of; ``web`` is what both applications of the web side share, ``pages`` what
all pages share, ``operations`` what is neither SQL nor a station; its ``due.py`` says what follows from what.
``storage`` keeps the values of ``mentors`` as they are, so it stands above them.

The same words on each floor: ``storage`` has the wings ``core``, ``blogs``, ``content``, ``engagement``, ``matching``,
``bank``, ``people`` and ``asks``; ``worker`` has ``intake``, ``matching``, ``engagement`` and ``outbound``.
"""
