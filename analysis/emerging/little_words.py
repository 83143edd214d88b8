"""Words that carry a sentence and mark no theme. Our own list: NLTK's would have to be downloaded."""

LITTLE = frozenset(
    """about above after again against all almost also although always and another any anybody anyone anything are
    around back because been before being below between both but came can cannot come could did didn't does doesn't
    doing don't done down during each either else enough even ever every everyone everything few for from further get
    gets getting give given goes going gone good got had has have having her here hers him himself his how however i'd
    i'll i'm i've into isn't it's its itself just keep kept know knew last least less let like little long lot made make
    makes many may maybe me men might more most much must myself need needed neither never next nobody none nor not
    nothing now off often once one only onto other others ought our ours out over own people perhaps put quite rather
    really said same say says see seen she should since some somebody someone something sometimes still such sure take
    taken than that that's the their theirs them themselves then there there's these they they're thing things think
    this those though thought through time times too took toward towards tried under until upon use used very want
    wanted was wasn't way well went were weren't what when where whether which while who whole whom whose why will with
    within without won't would wouldn't yes yet you your yours yourself two three first""".split()
)
