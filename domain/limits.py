"""What of a `Tuning` a model takes, asked the way it is asked now."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from domain.run import Tuning

Sampling = Literal["always", "without_effort", "never"]
"""When a model takes a temperature: always, only without reasoning (effort "none"), or never."""

VERBOSITIES: Final = ("low", "medium", "high")
HOTTEST: Final = 2.0
SHORTEST_ANSWER_TOKENS: Final = 16  # fewer are refused: `max_output_tokens` of the Responses API
SEEDS: Final = (-(2**63), 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Limits:
    """`efforts` is empty where none can be chosen; `effort` is the one that holds until somebody does."""

    efforts: tuple[str, ...] = ()
    effort: str | None = None
    verbosity: bool = False
    sampling: Sampling = "always"
    seed: bool = False
    max_output_tokens: int = 16_000

    def takes_temperature(self, tuning: Tuning) -> bool:
        """Whether it does with the effort that is chosen, or holds."""
        return self.sampling == "always" or (
            self.sampling == "without_effort" and self.effort_of(tuning) == "none"
        )

    def effort_of(self, tuning: Tuning) -> str | None:
        return tuning.effort if tuning.effort in self.efforts else self.effort

    def kept(self, tuning: Tuning) -> Tuning:
        """What of it the model takes."""
        has_temperature = self.takes_temperature(tuning)
        most = tuning.max_output_tokens
        return replace(
            tuning,
            effort=tuning.effort if tuning.effort in self.efforts else None,
            verbosity=tuning.verbosity if self.verbosity else None,
            temperature=tuning.temperature if has_temperature else None,
            top_p=tuning.top_p if has_temperature else None,
            seed=tuning.seed if self.seed else None,
            max_output_tokens=None if most is None else min(most, self.max_output_tokens),
        )
