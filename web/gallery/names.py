"""Names of music, also awkward ones: components have to be able to show any."""

from collections.abc import Mapping

# By what is special about each.
NAMES: Mapping[str, str] = {
    "plain": "Pale Harbour",
    "short": "X",
    "too long": "An album with a name that goes on and on, " * 12,
    "without a space": "Donaudampfschifffahrtsgesellschaft" * 15,
    "right to left": "أم كلثوم وفرقة الإذاعة",
    "both ways": "שלום (Live at Budokan) סוף",
    "Chinese, Japanese, Korean": "椎名林檎と東京事変 · 무한도전 · 萬能青年旅店",
    "emoji": "🎷🦆 saxoduck 👩🏽‍🎤",
    "HTML": "<b>Bold & \"quoted\"</b><script>alert('no')</script>",
    "marks": "Z̸̡̛a̵͎͝l̴͖̾g̷̡̈o̶̯͝",
}
