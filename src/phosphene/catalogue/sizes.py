"""Named sizes: screens, social networks and covers in pixels, paper in millimetres."""

from __future__ import annotations

# name: (width, height, what it is), pixels
PRESETS: dict[str, tuple[int, int, str]] = {
    "hd": (1280, 720, "HD, 720p"),
    "1080p": (1920, 1080, "Full HD"),
    "2k": (2560, 1440, "QHD, 1440p"),
    "4k": (3840, 2160, "UHD screen"),
    "5k": (5120, 2880, "5K screen"),
    "8k": (7680, 4320, "8K UHD screen"),
    "16k": (15360, 8640, "twice 8K"),
    "cinema-2k": (2048, 1080, "DCI 2K projection"),
    "cinema-4k": (4096, 2160, "DCI 4K projection"),
    "ultrawide": (3440, 1440, "21:9 screen"),
    "super-ultrawide": (5120, 1440, "32:9 screen, two of 2k side by side"),
    "laptop": (2560, 1600, "16:10 screen"),
    "iphone": (1179, 2556, "iPhone 15 and 16"),
    "iphone-pro-max": (1320, 2868, "iPhone 16 Pro Max"),
    "ipad": (1640, 2360, "iPad, 10.9 inches"),
    "android": (1080, 2400, "20:9 phone"),
    "square": (1080, 1080, "square post"),
    "story": (1080, 1920, "9:16, stories and short videos"),
    "instagram-post": (1080, 1350, "4:5 portrait post"),
    "instagram-story": (1080, 1920, "9:16 story"),
    "og-image": (1200, 630, "link preview (Open Graph)"),
    "github-social": (1280, 640, "repository preview"),
    "x-header": (1500, 500, "profile header on X or Mastodon"),
    "linkedin-banner": (1584, 396, "profile background"),
    "youtube-thumbnail": (1280, 720, "video thumbnail"),
    "youtube-banner": (2560, 1440, "channel banner"),
    "twitch-banner": (1200, 480, "profile banner"),
    "discord-banner": (960, 540, "server banner"),
    "pinterest-pin": (1000, 1500, "2:3 pin"),
    "spotify-cover": (3000, 3000, "album cover, as music stores require"),
    "podcast-cover": (3000, 3000, "the largest that Apple Podcasts accepts"),
    "icon": (512, 512, "application icon"),
    "panorama": (8192, 4096, "2:1, a full 360 degrees"),
}

# name: (width, height, what it is), millimetres, portrait
PAPERS: dict[str, tuple[float, float, str]] = {
    "a0": (841, 1189, "ISO 216"),
    "a1": (594, 841, "ISO 216"),
    "a2": (420, 594, "ISO 216"),
    "a3": (297, 420, "ISO 216"),
    "a4": (210, 297, "ISO 216"),
    "a5": (148, 210, "ISO 216"),
    "a6": (105, 148, "ISO 216, a postcard"),
    "b0": (1000, 1414, "ISO 216"),
    "b1": (707, 1000, "ISO 216"),
    "b2": (500, 707, "ISO 216"),
    "letter": (215.9, 279.4, "8.5 x 11 in"),
    "legal": (215.9, 355.6, "8.5 x 14 in"),
    "tabloid": (279.4, 431.8, "11 x 17 in"),
    "poster": (609.6, 914.4, "24 x 36 in"),
    "photo": (101.6, 152.4, "4 x 6 in"),
    "business-card": (55, 85, "Europe"),
    "vinyl-sleeve": (315, 315, "12-inch record"),
    "cd-cover": (120, 120, "booklet"),
}

DEFAULT_DPI = 300
MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4}
