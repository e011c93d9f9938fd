"""The named palettes: six anchors each, from dark to light. `phosphene.colour.ramps` interpolates
them in OKLab.
"""

from __future__ import annotations

PALETTES: dict[str, str] = {
    "ember": "#0b0a12 #3a0f1e #8c1c22 #e4572e #ffb347 #fff1c9",
    "abyss": "#050a14 #0b2239 #12506b #2a9d9b #a8e6cf #f3fff5",
    "plum": "#120718 #3b1447 #7a2a6b #c9577a #f6a58f #ffe9d2",
    "dusk": "#0d1026 #2b2a5e #6a4a8c #c76b8f #f3a683 #fde7c2",
    "moss": "#0d1410 #21382a #4a6b46 #8fa66a #d3cf9d #f6f1de",
    "sand": "#2b1a12 #6b3f26 #b07a4a #dcb07f #f0d9b8 #fbf3e6",
    "glacier": "#081420 #1d3f5a #4c86a8 #93c4d8 #d3ebf0 #fbfefe",
    "rose": "#2a0a16 #6d1f3c #b34a67 #e28a97 #f6c6c4 #fff3ee",
    "indigo": "#070919 #1b2060 #3b4bb5 #7d8ee8 #c3cdf8 #f7f8ff",
    "kelp": "#06110f #0f3a35 #1f6f5c #6aa884 #c7d9a4 #f8f6dc",
    "copper": "#130c0a #43211a #8a4a30 #cc8052 #edbf8f #fbeed8",
    "noir": "#08080a #26262b #55555e #93939c #cfcfd4 #f7f7f8",
    "peach": "#3b1c32 #7c3a5a #cf6f78 #f7a990 #fcd5b5 #fff6e9",
    "teal_rust": "#0a1a1f #14474f #3f8a86 #e9d8b4 #d9793f #7d2a17",
    "navy_gold": "#070d1f #122a55 #2f5c8f #b9b6af #e5b64b #fff0c4",
    "lilac": "#1c1530 #4c3f78 #8d7cc0 #c2b3e6 #e8def6 #fdfaff",
    "persimmon": "#15161f #30384f #6d7686 #e8dfd0 #f2793b #b8331a",
    "orchid": "#0f0a1e #3c1a5b #8a2f8f #d8569b #ff9fa6 #ffe8d6",
    "forest_fog": "#101715 #2d413c #5f7a72 #9db3a8 #d5dfd6 #f8faf6",
    "wine_mint": "#190912 #571633 #a3405a #efc9b8 #9fd3c0 #2f7f78",
    "ultramarine": "#04050f #0a1550 #1e3bd0 #5c8bff #b9d7ff #fbf7ea",
    "saffron": "#1a0d08 #59260d #a8560f #e89a1d #f9d46b #fff7d6",
    "cherry": "#0c0709 #460d18 #a11228 #e94b4b #ffa79b #fff2ea",
    "sky": "#14304d #2f6da3 #6fb0dc #b5dcf0 #f4e9d8 #fbd9b0",
}
