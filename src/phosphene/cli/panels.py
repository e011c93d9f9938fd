"""Panels of options in help: what most people use first, then the rest by subject."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

# The options that most people use first, of each command that has many.
FIRST: dict[str, tuple[str, ...]] = {
    "paint": (
        "seed", "size", "output", "count", "palette", "complexity", "antialias", "tile",
        "overwrite", "as_json",
    ),
    "animate": (
        "path", "seed", "seconds", "fps", "speed", "size", "output", "preview", "overwrite",
        "as_json",
    ),
    "sheet": (
        "count", "vary", "seed", "all_styles", "columns", "cell", "output", "palette", "overwrite",
        "as_json",
    ),
    "grid": (
        "x", "y", "seed", "cell", "output", "complexity", "animate", "seconds", "overwrite",
        "as_json",
    ),
    "strip": (
        "path", "seed", "thumbnails", "seconds", "fps", "speed", "size", "output", "overwrite",
        "as_json",
    ),
    "render": (
        "size", "output", "crop", "frame", "pick", "palette", "antialias", "tile", "overwrite",
        "as_json",
    ),
    "textures": (
        "seed", "size", "output", "tile", "height", "slope", "normal", "metal", "overwrite",
        "as_json",
    ),
}  # fmt: skip
PANELS: dict[str, tuple[str, ...]] = {
    "Picture": (
        "vary", "with_inverted", "complexity", "gate",
        "mirror", "turns", "kaleidoscope", "tile", "tile_x", "tile_y",
        "panorama", "antialias", "exact", "dither", "pick",
    ),
    "Maps": ("roughness", "ao_strength", "ao_reach", "height_format"),
    "Colour": ("palette", "shares", "recolour", "invert_palettes", "channels"),
    "Network": (
        "width", "depth", "activation", "features", "scale", "latent_size", "z", "gain",
        "precision", "set",
    ),
    "Film": (
        "path", "frames", "seconds", "beats", "bpm", "fps", "speed", "energy", "pulse", "even",
        "subframes", "shutter", "first_frame",
    ),
    "Print and file": (
        "crop", "bleed", "dpi", "bits", "format_option", "metadata", "no_metadata",
        "sidecar", "resume",
    ),
    "Running": ("threads", "workers", "cluster", "engine", "limit"),
}  # fmt: skip


COMPLETION = {
    "install_completion": "complete commands and options in this shell",
    "show_completion": "print the script that completes them",
}


class PanelCommand(TyperCommand):
    """A command whose options are grouped in panels, if it has a row in `FIRST`."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        first = FIRST.get(self.name or "")
        if first is not None:
            self.params = arranged(self.params, first)
        name_values(self.params)

    def get_help_option(self, ctx: Any) -> Any:
        return plain_help(super().get_help_option(ctx))


class PanelGroup(TyperGroup):
    """A group of commands, with the same wording of options."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        name_values(self.params)

    def get_params(self, ctx: Any) -> Any:
        options: list[Any] = self.params  # typer adds those of completion after the group is made
        for option in options:
            if option.name in COMPLETION:
                option.metavar, option.help = "", COMPLETION[option.name]
        return super().get_params(ctx)

    def get_help_option(self, ctx: Any) -> Any:
        return plain_help(super().get_help_option(ctx))


def name_values(options: list[Any]) -> None:
    """Set what help shows as the value of an option: nothing for a flag, and no Python types."""
    for option in options:
        if option.param_type_name != "option" or option.metavar is not None:
            continue
        if option.is_flag:
            option.metavar = ""
        elif option.multiple:
            option.metavar = "<text> ..."
        elif getattr(option, "min", None) is not None:
            option.metavar = "<int>"


def plain_help(option: Any) -> Any:
    """The option --help, worded like the others."""
    if option is not None:
        option.metavar, option.help = "", "show this help"
    return option


def arranged(options: list[Any], first: tuple[str, ...]) -> list[Any]:
    """The options in the order of their panels, each with its panel; arguments stay in front."""
    panels = {name: panel for panel, names in PANELS.items() for name in names}
    panels |= dict.fromkeys(first)  # None is the panel that help shows first
    order = [*first, *panels]
    for option in options:
        if option.name in panels:
            option.rich_help_panel = panels[option.name]
    arguments = [o for o in options if o.param_type_name == "argument"]
    known = sorted((o for o in options if o.name in panels), key=lambda o: order.index(o.name))
    others = [o for o in options if o not in arguments and o not in known]
    return [*arguments, *known, *others]
