"""A second reader on demand: rows put to a language model, its answers kept and replayed."""

#: Doubt from which a row is put to a model. Set on the 1,617 settled labelled rows of families that
#: no reader has read, answered by models that have not seen their bureau: of the .16 below it .97
#: are right without asking, as many as careful readers get right; from .2 on fewer than .95 are.
#: Lower than the doubt that flags a row for people, whose time costs more.
ASK_FROM = 0.15
